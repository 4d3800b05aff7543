// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Flat } from '../flat/flat.ts';
import { buildItems } from './build.ts';
import { addItem, type Block, newBlock, type Program } from './program.ts';

/** Outputs from inputs and state. */
export function settleProgram(flat: Flat): Program {
  const root = newBlock();
  outputs(flat, root);
  return { name: 'settle', root };
}

export interface EdgeOptions {
  /** Store the outputs too, sampled before the edge. */
  readonly outputs: boolean;
  /** Number of the function that records failed checks. */
  readonly report: () => number;
  /** Addresses of the hit counters of covers, by number of the check. */
  readonly counters: ReadonlyMap<number, number>;
  /** Adds what coverage counts before each edge. */
  readonly observe?: ((root: Block) => void) | undefined;
}

/** Samples properties, then takes the state across the clock edge. */
export function edgeProgram(flat: Flat, options: EdgeOptions): Program {
  const root = newBlock();
  checks(flat, root, options);
  options.observe?.(root);
  if (options.outputs) outputs(flat, root);
  for (const [domain, { reset }] of flat.domains.entries()) {
    const updates = flat.updates.filter((update) => update.domain === domain);
    const resettable = flat.regs.filter((reg) => reg.domain === domain && reg.decl.reset !== null);
    if (updates.length === 0 && resettable.length === 0) continue;
    const body = flat.domains.length > 1 ? newBlock() : root;
    buildItems(
      flat.pool,
      body,
      updates.filter((update) => !update.hasReset).map((update) => update.body),
    );
    const withReset = updates.filter((update) => update.hasReset).map((update) => update.body);
    if (reset.kind === 'const') {
      buildItems(flat.pool, body, withReset);
    } else if (resettable.length > 0) {
      const [yes, no] = [newBlock(), newBlock()];
      addItem(yes, { kind: 'reset', domain, regs: resettable.map((reg) => reg.decl) });
      buildItems(flat.pool, no, withReset);
      addItem(body, { kind: 'if', condition: reset, yes, no });
    }
    if (body !== root) addItem(root, { kind: 'clocked', domain, body });
  }
  for (const write of flat.writes) {
    const enable = sampled(flat, write.domain, write.enable);
    if (write.memory.memory.width > 0) addItem(root, { kind: 'write', write: { ...write, enable } });
  }
  return { name: 'edge', root };
}

/** Records each check that hits; runs only when some does. */
export function reportProgram(flat: Flat): Program {
  const root = newBlock();
  flat.checks.forEach((check, index) => {
    if (check.kind !== 'cover') addItem(root, { kind: 'record', index, hit: sampled(flat, check.domain, check.hit) });
  });
  return { name: 'report', root };
}

function outputs(flat: Flat, root: Block): void {
  for (const { port, value } of flat.outputs) addItem(root, { kind: 'output', port, value });
}

function checks(flat: Flat, root: Block, { report, counters }: EdgeOptions): void {
  const { pool } = flat;
  const hits: Expr[] = [];
  flat.checks.forEach((check, index) => {
    const hit = sampled(flat, check.domain, check.hit);
    if (check.kind === 'cover') addItem(root, { kind: 'count', address: counters.get(index)!, value: hit });
    else hits.push(hit);
  });
  const any = anyOf(pool, hits);
  if (any !== pool.constant(0n, 1)) addItem(root, { kind: 'check', any, report });
}

/** The disjunction as a tree: code is emitted by recursion, and a large design has more checks than the stack has room for in a chain. */
function anyOf(pool: Flat['pool'], bits: readonly Expr[]): Expr {
  if (bits.length <= 1) return bits[0] ?? pool.constant(0n, 1);
  const half = bits.length >> 1;
  return pool.op('or', [anyOf(pool, bits.slice(0, half)), anyOf(pool, bits.slice(half))]);
}

/** A check or a write counts only in steps that clock its domain. */
function sampled(flat: Flat, domain: number, hit: Expr): Expr {
  if (flat.domains.length === 1) return hit;
  return flat.pool.op('and', [hit, flat.pool.ref(flat.special.clocked[domain]!)]);
}
