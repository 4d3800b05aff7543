// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyModule } from '../../../src/dsl/module-data.ts';
import { checkLoops } from '../../../src/ir/checks/loops.ts';
import type { Expr } from '../../../src/ir/expr.ts';
import type {
  Decl,
  InstInDecl,
  Instance,
  InstOutDecl,
  Module,
  PortDecl,
  Target,
  WireDecl,
} from '../../../src/ir/module.ts';
import { inputPort } from '../support.ts';
import { bitsBehind } from './bit-oracle.ts';

const span = { file: 'test', line: 1, column: 1 };

function outputPort(name: string, width: number): PortDecl {
  return { ...inputPort(name, width), direction: 'output' };
}

function wire(name: string, width: number): WireDecl {
  return { kind: 'wire', name, width, format: { kind: 'unsigned' }, path: [name], comment: '', span };
}

function instanceOf(child: Module): Instance {
  const inputs: InstInDecl[] = [];
  const outputs: InstOutDecl[] = [];
  const instance: Instance = { name: 'child', module: child, inputs, outputs, domains: new Map(), comment: '', span };
  for (const port of child.ports) {
    const { width, format, comment } = port;
    const shared = {
      instance,
      port,
      name: `child_${port.name}`,
      path: ['child', port.name],
      width,
      format,
      comment,
      span,
    };
    if (port.direction === 'input') inputs.push({ kind: 'instin', ...shared });
    else outputs.push({ kind: 'instout', ...shared });
  }
  return instance;
}

/** Numbers that decide everything about a random expression. */
type Dice = readonly number[];

class Random {
  #at = 0;
  constructor(readonly dice: Dice) {}
  below(bound: number): number {
    return this.dice[this.#at++ % this.dice.length]! % bound;
  }
}

function randomExpr(module: Module, read: readonly Decl[], width: number, random: Random, depth: number): Expr {
  const { pool } = module;
  if (width === 0) return pool.constant(0n, 0);
  const more = (w: number): Expr => randomExpr(module, read, w, random, depth - 1);
  const kind = depth === 0 ? random.below(2) : random.below(9);
  switch (kind) {
    case 0:
    case 1: {
      const decl = read[random.below(read.length)]!;
      const ref = pool.ref(decl);
      if (decl.width < width) return pool.op('concat', [pool.constant(0n, width - decl.width), ref]);
      return pool.slice(ref, random.below(decl.width - width + 1), width);
    }
    case 2:
      return pool.op('not', [more(width)]);
    case 3:
      return pool.op('xor', [more(width), more(width)]);
    case 4:
      return pool.op('add', [more(width), more(width)]);
    case 5: {
      const low = random.below(width + 1);
      return pool.op('concat', [more(width - low), more(low)]);
    }
    case 6:
      return pool.op('mux', [more(1), more(width), more(width)]);
    case 7:
      return pool.slice(pool.op('mulU', [more(width), more(2)]), random.below(2), width);
    default:
      return pool.op('concat', [pool.constant(0n, width - 1), pool.op('ltU', [more(3), more(3)])]);
  }
}

/** Assigns a declaration in one or two parts, sometimes under a condition. */
function assignRandomly(module: Module, target: Target['decl'], read: readonly Decl[], random: Random): void {
  const cut = random.below(target.width);
  const parts =
    cut === 0
      ? [[0, target.width]]
      : [
          [0, cut],
          [cut, target.width],
        ];
  for (const [lo, hi] of parts as [number, number][]) {
    const value = randomExpr(module, read, hi - lo, random, 2);
    const stmt = { kind: 'assign', target: { decl: target, lo, width: hi - lo }, value, span } as const;
    if (random.below(4) > 0) module.body.push(stmt);
    else {
      const condition = randomExpr(module, read, 1, random, 1);
      module.body.push({ kind: 'when', arms: [{ condition, body: [stmt], span }], otherwise: null, span });
    }
  }
}

function randomChild(random: Random): Module {
  const child = emptyModule('child', 'child', '{}', '', span);
  const inputs = [inputPort('a', 4), inputPort('b', 2)];
  const outputs = [outputPort('x', 4), outputPort('y', 3)];
  child.ports.push(...inputs, ...outputs);
  for (const output of outputs) assignRandomly(child, output, inputs, random);
  return child;
}

function randomModule(random: Random, withChild: boolean): Module {
  const module = emptyModule('top', 'top', '{}', '', span);
  const wires = [wire('w0', 4), wire('w1', 3), wire('w2', 5), wire('w3', 1)];
  module.wires.push(...wires);
  const free = inputPort('free', 4);
  module.ports.push(free);
  const instances = withChild ? [instanceOf(randomChild(random))] : [];
  module.instances.push(...instances);
  const outputs = instances.flatMap((instance) => instance.outputs);
  // Reading the free input often keeps loops rare enough to be worth looking for.
  const read = [...wires, ...outputs, ...Array.from({ length: withChild ? 24 : 14 }, () => free)];
  for (const target of [...wires, ...instances.flatMap((instance) => instance.inputs)]) {
    assignRandomly(module, target, read, random);
  }
  return module;
}

/** Is some bit behind itself? Each bit is a node: slow, and obviously right. */
function hasLoop(module: Module): boolean {
  const behind = bitsBehind(module);
  return [...behind.keys()].some((start) => {
    const seen = new Set<string>();
    const stack = [...behind.get(start)!];
    for (let bit = stack.pop(); bit !== undefined; bit = stack.pop()) {
      if (bit === start) return true;
      if (!seen.has(bit)) stack.push(...(behind.get(bit) ?? []));
      seen.add(bit);
    }
    return false;
  });
}

const dice = fc.array(fc.nat(1 << 20), { minLength: 40, maxLength: 120 });

describe('the loop check finds what a search bit by bit finds, no more and no less', () => {
  test.each([false, true])('with an instance: %s', (withChild) => {
    let loops = 0;
    const runs = 1500;
    fc.assert(
      fc.property(dice, (each) => {
        const module = randomModule(new Random(each), withChild);
        const isLoop = hasLoop(module);
        if (isLoop) loops++;
        expect(checkLoops(module).length > 0).toBe(isLoop);
      }),
      { numRuns: runs },
    );
    // The sample is worth something only if it has both kinds.
    expect(loops).toBeGreaterThan(runs / 20);
    expect(loops).toBeLessThan(runs - runs / 20);
  });
});
