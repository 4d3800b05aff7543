// SPDX-License-Identifier: Apache-2.0
import type { Circuit, Item } from './circuit.ts';
import { dropVar } from './shrink-cuts.ts';

/** Without what no output and no property hangs on. Works on whole variables, so it may leave something; it never changes either. */
export function withoutDead(circuit: Circuit): Circuit {
  let made = circuit;
  for (;;) {
    const used = namesIn([
      made.items.map(readsOf),
      made.body.map(valuesOf),
      made.regs.map(({ enable }) => enable),
      made.properties,
    ]);
    const dead = deadIn(made, used);
    if (dead === null) return made;
    made = dead;
  }
}

function deadIn(circuit: Circuit, used: ReadonlySet<string>): Circuit | null {
  const { items, regs, fsms, inputs, families } = circuit;
  const item = items.findIndex((each) => isDead(each, used, circuit));
  if (item >= 0) return { ...circuit, items: items.filter((_, i) => i !== item) };
  const reg = regs.find(({ name }) => !used.has(name));
  if (reg) return dropVar({ ...circuit, regs: regs.filter((each) => each !== reg) }, reg.name);
  const fsm = fsms.find(({ name }) => !used.has(name));
  // A state machine chooses among statements also without being read.
  const chooses = circuit.body.some((stmt) => stmt.k === 'states' && namesIn([stmt]).size > 1);
  if (fsm && !chooses) return dropVar({ ...circuit, fsms: fsms.filter((each) => each !== fsm) }, fsm.name);
  const input = inputs.find(({ name }) => !used.has(name));
  if (input) return { ...circuit, inputs: inputs.filter((each) => each !== input) };
  if (families.length > 0 && !items.some(({ k }) => k === 'instance')) return { ...circuit, families: [] };
  return null;
}

function isDead(item: Item, used: ReadonlySet<string>, circuit: Circuit): boolean {
  switch (item.k) {
    case 'net':
      return !used.has(item.name);
    case 'wires':
      return !item.ports && item.vars.every(({ name }) => !used.has(name));
    case 'instance': {
      const child = circuit.families[item.family]!.variants[item.variant]!;
      return isUnchecked(child) && child.outputs.every(({ name }) => !used.has(`${item.name}_${name}`));
    }
    case 'memory':
      return !circuit.items.some((each) => each.k === 'port' && each.memory === item.name);
    case 'port':
      return isUnreadMemory(item.memory, used, circuit);
  }
}

function isUnchecked({ properties, families }: Circuit): boolean {
  return properties.length === 0 && families.every(({ variants }) => variants.every(isUnchecked));
}

function isUnreadMemory(memory: string, used: ReadonlySet<string>, circuit: Circuit): boolean {
  return circuit.items.every(
    (item) => item.k !== 'port' || item.memory !== memory || !used.has(`${memory}_${item.name}`),
  );
}

/** What an item reads; its own statements do not count as reading what they drive. */
function readsOf(item: Item): unknown {
  return item.k === 'wires' ? item.body.map(valuesOf) : item;
}

/** A statement without its target: only in `set` and `write` the path is what is driven. */
function valuesOf(stmt: unknown): unknown {
  if (Array.isArray(stmt)) return stmt.map(valuesOf);
  if (typeof stmt !== 'object' || stmt === null) return stmt;
  const { k } = stmt as { readonly k?: string };
  const entries = Object.entries(stmt).filter(([key]) => !((k === 'set' || k === 'write') && key === 'path'));
  return Object.fromEntries(entries.map(([key, value]) => [key, valuesOf(value)]));
}

/** First words of all paths, and names of state machines, in a part of a description. */
function namesIn(part: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(part)) for (const each of part) namesIn(each, found);
  else if (typeof part === 'object' && part !== null) {
    for (const [key, value] of Object.entries(part)) {
      if ((key === 'path' || key === 'fsm') && typeof value === 'string') found.add(value.split('.')[0]!);
      else namesIn(value, found);
    }
  }
  return found;
}
