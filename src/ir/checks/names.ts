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
  const groups = declarations(module);
  return [...illegalNames(module, groups), ...(areDistinct(groups) ? [] : clashes(module, groups))];
}

interface Declared {
  readonly name: string;
  /** What the user wrote: fields to be joined by dots. */
  readonly path?: readonly string[];
  readonly span: Span;
}

/** Declarations of one kind. */
interface Group {
  readonly what: string;
  /** Seen from outside the module, so that nothing may rename it. */
  readonly isPublic: boolean;
  readonly list: readonly Declared[];
}

function declarations(module: Module): Group[] {
  return [
    { what: 'port', isPublic: true, list: module.ports },
    { what: 'wire', isPublic: false, list: module.wires },
    { what: 'net', isPublic: false, list: module.nets },
    { what: 'register', isPublic: false, list: module.regs },
    { what: 'memory', isPublic: false, list: module.memories },
    ...module.memories.map((memory) => {
      const list = memory.ports.flatMap((port) => (port.kind === 'write' ? [] : [port.data]));
      return { what: 'memory read data', isPublic: false, list };
    }),
    { what: 'instance', isPublic: false, list: module.instances },
  ];
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

function illegalNames(module: Module, groups: readonly Group[]): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { what, isPublic, list } of [{ what: 'module', isPublic: true, list: [module] }, ...groups]) {
    for (const each of list) {
      if (!identifier.test(each.name) || isPublic) found.push(...nameFault(module, what, isPublic, each));
    }
  }
  return found;
}

function nameFault(module: Module, what: string, isPublic: boolean, { name, span }: Declared): Diagnostic[] {
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

/** Has every declaration a name of its own? Nearly always so, and told without a record for each. */
function areDistinct(groups: readonly Group[]): boolean {
  const names = new Set<string>();
  let count = 0;
  for (const { list } of groups) {
    for (const { name } of list) names.add(name.toLowerCase());
    count += list.length;
  }
  return names.size === count;
}

function clashes(module: Module, groups: readonly Group[]): Diagnostic[] {
  const first = new Map<string, Declared & { readonly text: string }>();
  const found: Diagnostic[] = [];
  const named = groups.flatMap(({ what, list }) =>
    list.map(({ name, path, span }) => ({ name, span, text: `${what} ${path?.join('.') ?? name}` })),
  );
  for (const item of named) {
    const key = item.name.toLowerCase();
    const other = first.get(key);
    if (!other) {
      first.set(key, item);
      continue;
    }
    const isSame = other.name === item.name;
    const [a, b] = [other.text, item.text];
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
