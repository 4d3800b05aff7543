// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { PortSlot } from '../../src/sim/engine.ts';
import type { ModelSource } from '../source.ts';

const TEMPLATE = new URL('./shim.cpp.hbs', import.meta.url);
let template: HandlebarsTemplateDelegate | null = null;

/** The C++ text between the engine and one Verilated model: it alone knows the model's ports. */
export function renderShim({ layout, top, files }: ModelSource, traced: boolean): string {
  template ??= Handlebars.compile(readFileSync(TEMPLATE, 'utf8'), { noEscape: true });
  const inputs = layout.ports.filter((port) => port.direction === 'input' && port.width > 0);
  const outputs = layout.ports.filter((port) => port.direction === 'output' && port.width > 0);
  return template({
    top,
    traced,
    inputs: inputs.map((port) => drive(port)),
    outputs: outputs.map((port) => sample(port, port.offset - layout.inputWords)),
    clocks: layout.domains.map((domain, index) => ({ name: memberName(domain.clock), index })),
    inputWords: layout.inputWords,
    outputWords: layout.outputWords,
    domains: layout.domains.length,
    prints: files.some((file) => mayPrint(file.text)),
  });
}

/** Some system task other than those that only compute or load. */
function mayPrint(verilog: string): boolean {
  return /\$(?!signed\b|unsigned\b|clog2\b|readmem[hb]\b|time\b)[a-z]/.test(verilog);
}

/** Verilator computes with the bits above a port's width, so they are cleared. */
function drive({ name, width, offset, words }: PortSlot): string {
  const member = `m.${memberName(name)}`;
  const top = width % 32 === 0 ? '' : ` & 0x${(2 ** (width % 32) - 1).toString(16)}u`;
  if (words === 1) return `${member} = in[${offset}]${top};`;
  if (words === 2) return `${member} = in[${offset}] | uint64_t(in[${offset + 1}]${top}) << 32;`;
  const last = words - 1;
  const loop = `for (int i = 0; i < ${last}; ++i) ${member}[i] = in[${offset} + i];`;
  return `${loop} ${member}[${last}] = in[${offset + last}]${top};`;
}

function sample({ name, words }: PortSlot, offset: number): string {
  const member = `m.${memberName(name)}`;
  if (words === 1) return `out[${offset}] = ${member};`;
  if (words === 2) return `out[${offset}] = uint32_t(${member}); out[${offset + 1}] = uint32_t(${member} >> 32);`;
  return `for (int i = 0; i < ${words}; ++i) out[${offset} + i] = ${member}[i];`;
}

/** Legal in Verilog, reserved in C++: Verilator puts `__SYM__` in front. */
const CPP_WORDS = new Set(
  `alignas alignof and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool catch char char16_t char32_t
  compl concept const_cast constexpr decltype delete double dynamic_cast explicit export float friend goto inline long
  mutable namespace noexcept not_eq nullptr operator or_eq private public register reinterpret_cast requires short sizeof
  static_assert static_cast switch synchronized template thread_local throw true false try typeid typename using volatile
  wchar_t xor_eq NULL abort int signed unsigned struct union void new this class const static virtual return break continue
  protected typedef extern import module`.split(/\s+/),
);

/** What Verilator calls a port in C++: a second underscore in a row is spelt out. */
export function memberName(name: string): string {
  const plain = name.replaceAll('__', '___05F');
  return CPP_WORDS.has(name) ? `__SYM__${plain}` : plain;
}
