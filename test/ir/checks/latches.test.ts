// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyModule } from '../../../src/dsl/module-data.ts';
import { checkLatches } from '../../../src/ir/checks/latches.ts';
import { checkUndriven } from '../../../src/ir/checks/undriven.ts';
import type { Decl, Module, Stmt, WireDecl } from '../../../src/ir/module.ts';
import { evaluate, inputPort } from '../support.ts';

const span = { file: 'test', line: 1, column: 1 };
const WIDTH = 4;
const wire: WireDecl = {
  kind: 'wire',
  name: 'w',
  width: WIDTH,
  format: { kind: 'unsigned' },
  path: ['w'],
  comment: '',
  span,
};

/** Statements whose conditions are all different inputs, so that every combination of ways can be taken. */
function randomBody(module: Module, next: (bound: number) => number, depth: number, budget: { left: number }): Stmt[] {
  return Array.from({ length: next(3) }, (): Stmt => {
    const inner = (): Stmt[] => randomBody(module, next, depth - 1, budget);
    const fresh = (width: number): Decl => {
      const port = inputPort(`c${module.ports.length}`, width);
      module.ports.push(port);
      budget.left -= width;
      return port;
    };
    const kind = depth === 0 || budget.left < 2 ? 0 : next(4);
    if (kind <= 1) {
      const lo = next(WIDTH);
      const width = 1 + next(WIDTH - lo);
      const value = module.pool.constant(0n, width);
      return { kind: 'assign', target: { decl: wire, lo, width }, value, span };
    }
    if (kind === 2) {
      const arms = Array.from({ length: 1 + next(2) }, () => ({
        condition: next(8) === 0 ? module.pool.constant(BigInt(next(2)), 1) : module.pool.ref(fresh(1)),
        body: inner(),
        span,
      }));
      return { kind: 'when', arms, otherwise: next(2) === 0 ? null : inner(), span };
    }
    const subject = module.pool.ref(fresh(2));
    const split = next(4);
    const cases = [
      { values: [0n, 1n].slice(0, 1 + (split & 1)), body: inner(), span },
      { values: [2n, 3n].slice(0, 1 + (split >> 1)), body: inner(), span },
    ];
    return { kind: 'switch', subject, cases, otherwise: next(2) === 0 ? null : inner(), span };
  });
}

/** The bits that a run assigns, for one value of every input. */
function assignedBits(body: readonly Stmt[], values: ReadonlyMap<Decl, bigint>): number {
  let bits = 0;
  for (const stmt of body) {
    if (stmt.kind === 'assign') {
      bits |= ((1 << stmt.target.width) - 1) << stmt.target.lo;
    } else if (stmt.kind === 'when') {
      const arm = stmt.arms.find(({ condition }) => evaluate(condition, values) === 1n);
      bits |= assignedBits(arm?.body ?? stmt.otherwise ?? [], values);
    } else {
      const subject = evaluate(stmt.subject, values);
      const taken = stmt.cases.find((each) => each.values.includes(subject));
      bits |= assignedBits(taken?.body ?? stmt.otherwise ?? [], values);
    }
  }
  return bits;
}

/** Bits that are assigned in no run, and bits that are missing in some run. */
function tryAllWays(module: Module): { never: number; sometimesMissing: number } {
  const total = module.ports.reduce((sum, port) => sum + port.width, 0);
  let union = 0;
  let common = (1 << WIDTH) - 1;
  for (let run = 0; run < 2 ** total; run++) {
    let rest = run;
    const values = new Map<Decl, bigint>();
    for (const port of module.ports) {
      values.set(port, BigInt(rest & ((1 << port.width) - 1)));
      rest >>= port.width;
    }
    const bits = assignedBits(module.body, values);
    union |= bits;
    common &= bits;
  }
  const all = (1 << WIDTH) - 1;
  return { never: all & ~union, sometimesMissing: all & ~common };
}

/** The bits that a message names. */
function bitsNamed(message: string | undefined): number {
  if (message === undefined) return 0;
  const ranges = /^Bits? ([\d., and]+) of wire w/.exec(message)?.[1];
  if (ranges === undefined) return (1 << WIDTH) - 1;
  return ranges.split(/, | and /).reduce((bits, range) => {
    const [hi, lo = hi] = range.split('..').map(Number) as [number, number?];
    return bits | (((1 << (hi - lo + 1)) - 1) << lo);
  }, 0);
}

test('latches are the bits that some way leaves out: compared with taking every way', () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(fc.nat(1 << 20), { minLength: 20, maxLength: 60 }), (dice) => {
      let at = 0;
      const next = (bound: number): number => dice[at++ % dice.length]! % bound;
      const module = emptyModule('top', 'top', '{}', '', span);
      module.wires.push(wire);
      module.body.push(...randomBody(module, next, 3, { left: 8 }));
      const { never, sometimesMissing } = tryAllWays(module);
      const undriven = bitsNamed(checkUndriven(module)[0]?.message);
      const latched = bitsNamed(checkLatches(module)[0]?.message);
      if (latched !== 0) found++;
      // Together they are what is missing; an assignment that no way reaches is a latch, not an undriven bit.
      expect(latched | undriven).toBe(sometimesMissing);
      expect(latched & undriven).toBe(0);
      expect(undriven & ~never).toBe(0);
    }),
    { numRuns: 1500 },
  );
  expect(found).toBeGreaterThan(100);
});
