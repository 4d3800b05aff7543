// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import { order } from '../plan/order.ts';
import { place, type Placement } from '../plan/place.ts';
import { blocksOf, type Part, type Program } from '../plan/program.ts';
import { shareShapes } from '../plan/shapes.ts';
import { split } from '../plan/split.ts';
import { allItems } from '../plan/values.ts';
import type { Code } from '../wasm/code.ts';
import { WasmModule } from '../wasm/module.ts';
import { type EmitContext, Emitter, PARAMS } from './emitter.ts';
import { emitBlock, emitItems } from './items.ts';
import { Kernels, SUM_PAIRS } from './kernels.ts';
import type { Flat } from '../flat/flat.ts';
import type { MemoryMap } from '../memory-map.ts';

/** A program that has been planned: ready to be written into one or several functions. */
export interface Planned {
  readonly program: Program;
  readonly placement: Placement;
  /** Number of functions; one when the whole program may be written in line. */
  readonly functions: number;
}

export function plan(flat: Flat, program: Program): Planned {
  const placement = place(flat, program);
  order(flat, program, placement);
  shareShapes(program, placement);
  return { program, placement, functions: split(program, placement) };
}

/** A module under construction with what its functions share. */
export function newModule(flat: Flat, map: MemoryMap): { readonly module: WasmModule; readonly context: EmitContext } {
  const module = new WasmModule();
  const scratch = map.arena.alloc(32 * SUM_PAIRS, 16);
  const kernels = new Kernels(module, map.random);
  return {
    module,
    context: { flat, map, kernels, constants: [], scratch, shiftTables: new Map(), routines: new Map() },
  };
}

/** Writes a planned program as functions of their own and returns the number of the first. */
export function writeFunctions(module: WasmModule, context: EmitContext, planned: Planned): number {
  const entry = module.func(PARAMS);
  writeInto(module, context, planned, entry.code, entry.index);
  return entry.index;
}

/** Writes a planned program at the present place of a function whose first parameters are `PARAMS`. */
export function writeInto(module: WasmModule, context: EmitContext, planned: Planned, code: Code, self: number): void {
  const { program, placement } = planned;
  const slots = new Map<Expr, number>();
  const functions = [self];
  const codes = [code];
  for (let i = 1; i < planned.functions; i++) {
    const func = module.func(PARAMS);
    functions.push(func.index);
    codes.push(func.code);
  }
  const emitter = (func: number): Emitter => new Emitter(context, placement, codes[func]!, func, slots, functions);
  emitBlock(emitter(0), program.root);
  for (const part of partsOf(program)) emitItems(emitter(part.func), part.items);
}

function partsOf(program: Program): Part[] {
  const parts = [...(program.root.parts ?? [])];
  for (const item of allItems(program.root)) {
    for (const block of blocksOf(item)) parts.push(...(block.parts ?? []));
  }
  return parts;
}
