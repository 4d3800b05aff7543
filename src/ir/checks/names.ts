// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import { isReservedWord, isVerilogKeyword } from '../keywords.ts';
import type { Module } from '../module.ts';
import type { Span } from '../span.ts';

/**
 * Names of a module (KLN-N001, KLN-N002). Guarantees that every name is an identifier, that no port or module is named
 * like a keyword (inner names are the emitter's to rename), and that no two declarations share a name.
 *
 * Names that differ only in case clash too: VHDL and mixed-language flows fold case, and so do file systems that a module's
 * file may be copied to. Cost: linear.
 */
export function checkNames(module: Module): Diagnostic[] {
  const named = declarations(module);
  return [...illegalNames(module, named), ...clashes(module, named)];
}

interface Named {
  readonly what: string;
  readonly name: string;
  /** What the user wrote: fields joined by dots. */
  readonly written: string;
  readonly span: Span;
  /** Seen from outside the module, so that nothing may rename it. */
  readonly isPublic: boolean;
}

interface Declared {
  readonly name: string;
  readonly path?: readonly string[];
  readonly span: Span;
}

function declarations(module: Module): Named[] {
  const named: Named[] = [];
  const add = (what: string, isPublic: boolean, list: readonly Declared[]): void => {
    for (const { name, span, path } of list) {
      named.push({ what, name, written: path?.join('.') ?? name, span, isPublic });
    }
  };
  add('port', true, module.ports);
  add('wire', false, module.wires);
  add('net', false, module.nets);
  add('register', false, module.regs);
  add('memory', false, module.memories);
  for (const memory of module.memories) {
    const reads = memory.ports.flatMap((port) => (port.kind === 'write' ? [] : [port.data]));
    add('memory read data', false, reads);
  }
  add('instance', false, module.instances);
  return named;
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

function illegalNames(module: Module, named: readonly Named[]): Diagnostic[] {
  const self: Named = {
    what: 'module',
    name: module.name,
    written: module.name,
    span: module.span,
    isPublic: true,
  };
  return [self, ...named].flatMap((item) => nameFault(module, item));
}

function nameFault(module: Module, { what, name, span, isPublic }: Named): Diagnostic[] {
  const common = { code: 'KLN-N002', module: module.name, spans: [{ span, label: 'named here' }] } as const;
  if (!identifier.test(name)) {
    return [
      {
        ...common,
        message: `The name ${JSON.stringify(name)} of a ${what} is not an identifier.`,
        cause: null,
        cure: 'Use letters, digits and underscores, a letter first.',
      },
    ];
  }
  // The ports of a black box are somebody else's, and no file of ours declares them.
  const isForbidden = module.blackBox === null ? isReservedWord : isVerilogKeyword;
  if (!isPublic || !isForbidden(name)) return [];
  const origin = isVerilogKeyword(name)
    ? 'a keyword of Verilog or SystemVerilog'
    : 'a word of C++ (Verilator would rename it)';
  return [
    {
      ...common,
      message: `The ${what} ${name} is named like ${origin}.`,
      cause: 'The name of a port or module is seen from outside, so the generator does not change it.',
      cure: `Rename it, for instance ${name}_${what === 'module' ? 'block' : 'value'}.`,
    },
  ];
}

function clashes(module: Module, named: readonly Named[]): Diagnostic[] {
  const first = new Map<string, Named>();
  const found: Diagnostic[] = [];
  for (const item of named) {
    const key = item.name.toLowerCase();
    const other = first.get(key);
    if (!other) {
      first.set(key, item);
      continue;
    }
    const isSame = other.name === item.name;
    const [a, b] = [`${other.what} ${other.written}`, `${item.what} ${item.written}`];
    found.push({
      code: 'KLN-N001',
      message: isSame
        ? `The ${a} and the ${b} both have the name ${item.name}.`
        : `The names of the ${a} and the ${b} differ only in case.`,
      module: module.name,
      spans: [
        { span: item.span, label: b },
        { span: other.span, label: a },
      ],
      cause: isSame ? null : 'Tools for VHDL and some file systems do not tell capital from small letters.',
      cure: 'Rename one of them.',
    });
  }
  return found;
}
