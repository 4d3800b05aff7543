// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import { RING_ENTRIES } from '../memory-map.ts';
import type { Block, Item } from '../plan/program.ts';
import { runEnd } from '../plan/shapes.ts';
import { isWide } from '../plan/values.ts';
import { I32, I64 } from '../wasm/opcodes.ts';
import { placeAt } from './wide-memory.ts';
import { computeWide } from './wide-store.ts';
import { DOMAINS, type Emitter, PARAMS, STEP } from './emitter.ts';
import { emitWrite } from './memory-access.ts';
import { compute, push, pushAs } from './narrow.ts';
import { emitRun } from './routines.ts';
import { emitOutput, emitPoke, emitReset, emitStore } from './stores.ts';
import { emitToggle, emitTally } from './observe.ts';

export function emitBlock(e: Emitter, block: Block): void {
  if (!block.parts) {
    emitItems(e, block.items);
    return;
  }
  for (const part of block.parts) {
    for (let i = 0; i < PARAMS.length; i++) e.code.get(i);
    e.code.call(e.functions[part.func]!);
  }
}

export function emitItems(e: Emitter, items: readonly Item[]): void {
  for (let i = 0; i < items.length;) {
    const end = runEnd(e.placement.shared, items, i);
    if (end > i) emitRun(e, items.slice(i, end), (item) => emitItem(e, item));
    else emitItem(e, items[i]!);
    i = Math.max(end, i + 1);
  }
}

/** An arm of a lazily evaluated choice: what it defines, then its result. */
export function emitArm(e: Emitter, block: Block, finish: (value: Expr) => void): void {
  e.nesting++;
  for (const item of block.items) {
    if (item.kind === 'yield') finish(item.value);
    else emitItem(e, item);
  }
  e.nesting--;
}

/** A block that is executed or not. */
function emitBranch(e: Emitter, block: Block): void {
  e.nesting++;
  emitBlock(e, block);
  e.nesting--;
}

function emitItem(e: Emitter, item: Item): void {
  const { code } = e;
  switch (item.kind) {
    case 'def': {
      define(e, item.expr, item.remote);
      return;
    }
    case 'store': {
      emitStore(e, item.reg, item.lo, item.value);
      return;
    }
    case 'if':
      push(e, item.condition);
      if (item.yes.items.length === 0) code.op('i32_eqz');
      code.if();
      emitBranch(e, item.yes.items.length === 0 ? item.no : item.yes);
      if (item.yes.items.length > 0 && item.no.items.length > 0) {
        code.op('else');
        emitBranch(e, item.no);
      }
      {
        code.op('end');
        return;
      }
    case 'switch': {
      emitSwitch(e, item);
      return;
    }
    case 'sequence': {
      emitBlock(e, item.body);
      return;
    }
    case 'clocked':
      code.get(DOMAINS);
      code.i32(1 << item.domain);
      code.op('i32_and');
      code.if();
      emitBranch(e, item.body);
      {
        code.op('end');
        return;
      }
    case 'reset': {
      emitReset(e, item.domain, item.regs);
      return;
    }
    case 'write': {
      emitWrite(e, item.write);
      return;
    }
    case 'output': {
      emitOutput(e, item.value, e.context.map.ports.get(item.port)!);
      return;
    }
    case 'poke': {
      emitPoke(e, item.address, item.value);
      return;
    }
    case 'check':
      push(e, item.any);
      code.if();
      for (let i = 0; i < PARAMS.length; i++) code.get(i);
      code.call(item.report());
      {
        code.op('end');
        return;
      }
    case 'record': {
      emitRecord(e, item.index, item.hit);
      return;
    }
    case 'count':
      code.i32(0);
      code.i32(0);
      code.memory('i64_load', item.address);
      pushAs(e, item.value, I64);
      code.op('i64_add');
      {
        code.memory('i64_store', item.address);
        return;
      }
    case 'toggle': {
      emitToggle(e, item);
      return;
    }
    case 'tally': {
      emitTally(e, item);
      return;
    }
    case 'yield':
      throw new Error('an arm outside its choice');
    default:
      assertNever(item);
  }
}

function define(e: Emitter, expr: Expr, remote: boolean): void {
  const { code } = e;
  if (isWide(expr)) {
    computeWide(e, expr, placeAt(e.slot(expr), expr.width));
    return;
  }
  compute(e, expr, e.heldForm(expr));
  code.set(e.localOf(expr));
  if (!remote) return;
  code.i32(0);
  code.get(e.localOf(expr));
  code.memory(expr.width <= 32 ? 'i32_store' : 'i64_store', e.slot(expr));
}

/** Appends (check, step) to the ring while there is room; the counter goes on beyond it. */
function emitRecord(e: Emitter, index: number, hit: Expr): void {
  const { code, context } = e;
  const { ring } = context.map;
  push(e, hit);
  code.if();
  e.scratch(I32, (count) => {
    code.i32(0);
    code.memory('i32_load', ring);
    code.tee(count);
    code.i32(RING_ENTRIES);
    code.op('i32_lt_u');
    code.if();
    for (const [offset, value] of [
      [8, index],
      [12, null],
    ] as const) {
      code.get(count);
      code.i32(3);
      code.op('i32_shl');
      if (value === null) code.get(STEP);
      else code.i32(value);
      code.memory('i32_store', ring + offset);
    }
    code.op('end');
    code.i32(0);
    code.get(count);
    code.i32(1);
    code.op('i32_add');
    code.memory('i32_store', ring);
  });
  code.op('end');
}

function emitSwitch(e: Emitter, item: Item & { kind: 'switch' }): void {
  const { code } = e;
  const { cases, otherwise, subject } = item;
  // Block i is left to reach case i; the last one is `otherwise`.
  code.block();
  for (let i = 0; i <= cases.length; i++) code.block();
  pushAs(e, subject, I32);
  const targets: number[] = [];
  cases.forEach((one, i) => one.values.forEach((value) => (targets[value] = i)));
  code.brTable(
    Array.from(targets, (target) => (target as number | undefined) ?? cases.length),
    cases.length,
  );
  [...cases.map((one) => one.body), otherwise].forEach((body, i) => {
    code.op('end');
    emitBranch(e, body);
    if (i < cases.length) code.br(cases.length - i);
  });
  code.op('end');
}
