// SPDX-License-Identifier: Apache-2.0
import { moveKinds } from '../../isa.ts';
import type { DramImage } from '../dram-image.ts';
import type { Emitter, Made } from '../emitter.ts';
import type { Layout } from '../layout.ts';
import type { Indices } from '../pack.ts';
import type { ParamSection } from '../param-section.ts';
import { type Plan, strideOf } from '../plan.ts';
import { KeptMaps, Pair, Ring } from '../ring.ts';
import { dramUnit, roundUp, type Target } from '../target.ts';

/** The local memories of a core, each filled in turn. All cores use theirs in the same way. */
export interface Rings {
  readonly imem: Ring;
  readonly wmem: Ring;
  readonly omem: Ring;
  readonly param: Ring;
  readonly eimem: Ring;
  readonly ewmem: Ring;
  readonly maps: Pair;
  readonly keptMaps: KeptMaps;
  readonly kmerge: Pair;
  /** Places in the scratchpad. */
  readonly weights: Pair;
  readonly params: Pair;
}

/** With `mapCache` buffers of control maps beyond the pair keep those of FFN masks. */
export function ringsOf({ params: p, cores }: Target, mapCache: boolean): Rings {
  const input = { limit: 'depth / lanes', unit: 'words', total: (2 * p.depth) / p.lanes };
  const weight = { limit: 'weightWords', unit: 'words', total: p.weightWords };
  return {
    imem: new Ring({ ...input, parts: 4 }),
    // Weights of a pass are large: quarters would only make more passes of them.
    wmem: new Ring({ ...weight, parts: 2 }),
    omem: new Ring({ limit: 'columns', unit: 'columns', total: p.columns, granule: p.size, parts: 4 }),
    param: new Ring({ limit: 'params', unit: 'entries', total: p.params, granule: Math.max(1, p.size / 2), parts: 4 }),
    eimem: new Ring({ ...input, parts: 4 }),
    ewmem: new Ring({ ...weight, parts: 4 }),
    maps: new Pair(),
    keptMaps: new KeptMaps(mapCache ? p.mapBuffers : 2, cores),
    kmerge: new Pair(),
    weights: new Pair(),
    params: new Pair(),
  };
}

/** What the phases of a program share. */
export interface Context {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly emitter: Emitter;
  readonly rings: Rings;
  readonly dram: DramImage;
}

/** Padded columns of all heads, as indices of D channels. */
export function headColumns({ heads, channels, padded }: Plan, first = 0, count = heads): Indices {
  return Array.from({ length: count * padded }, (_, c) => {
    const [head, channel] = [first + Math.floor(c / padded), c % padded];
    return channel < channels ? head * channels + channel : null;
  });
}

/** About how many scratchpad words of a weight image one command brings: commands for the same unit can pass between two of them. */
const pieceWords = 512;

/** A weight image from memory through the scratchpad to the weight memories of all cores, in pieces; the first word there. */
export function loadWeights(ctx: Context, what: string, image: Uint8Array, to: 'wmem' | 'ewmem'): number {
  const { emitter, rings, layout, dram, plan } = ctx;
  const { size, lanes } = plan.target.params;
  const words = image.length / (size * lanes);
  const first = rings[to].take(what, words);
  const from = dram.put(what, image);
  const kind = to === 'wmem' ? moveKinds.W : moveKinds.EW;
  // Sixteen weight words are whole units of memory, whatever the sizes.
  const step = 16 * Math.max(1, Math.round(pieceWords / (4 * lanes)));
  for (let at = 0; at < words; at += step) {
    const place = layout.weights[rings.weights.take()]!;
    const count = (Math.min(step, words - at) * lanes) / 4;
    emitter.emit('LD', { dst: place, dram: from + (at * size * lanes) / dramUnit, count }, what);
    emitter.emit('MOVE', { kind, all: 1, srcA: place, dst: first + at, count }, what);
  }
  return first;
}

/** A section of parameters in the scratchpad, from where vectors go to the parameter memory. */
export class StagedParams {
  constructor(
    readonly ctx: Context,
    readonly section: ParamSection,
    readonly from: number,
  ) {}

  /** Columns first .. first + count - 1 of a vector (first a multiple of R) to the parameter memories; the first entry there. */
  load(name: string, first: number, count: number): number {
    const { emitter, rings, plan } = this.ctx;
    const { size } = plan.target.params;
    const perWord = size / 2;
    const entries = roundUp(count, Math.max(1, perWord));
    const dst = rings.param.take(`Parameters of ${name}`, entries);
    const srcA = this.from + this.section.wordOf(name) + first / perWord;
    emitter.emit('MOVE', { kind: moveKinds.PARAM, all: 1, srcA, dst, count: entries / perWord }, `parameters ${name}`);
    return dst;
  }

  /** The GELU table. */
  loadTable(): void {
    const srcA = this.from + this.section.wordOf('table');
    this.ctx.emitter.emit('MOVE', { kind: moveKinds.TABLE, all: 1, srcA }, 'table');
  }
}

/** LDs of sections into one place of the scratchpad, one behind the other. */
export function stageParams(
  ctx: Context,
  what: string,
  parts: readonly { readonly section: ParamSection; readonly dram: number; readonly stride?: number }[],
): StagedParams[] {
  const { emitter, layout, rings } = ctx;
  let at = layout.params[rings.params.take()]!;
  return parts.map(({ section, dram, stride = 0 }) => {
    const staged = new StagedParams(ctx, section, at);
    emitter.emit('LD', { dst: at, dram, stride, count: section.words }, `parameters of ${what}`);
    at += section.words;
    return staged;
  });
}

/**
 * Columns that one pass of a projection takes: as many as fit in a half of each memory (in all of it when not even `unit` columns fit in a
 * half), a multiple of `unit`. A column block takes k weight words.
 */
export function columnsAtOnce(
  { rings, plan }: Pick<Context, 'rings' | 'plan'>,
  what: string,
  k: number,
  unit: number,
): number {
  const { size } = plan.target.params;
  const stride = strideOf(plan.target, k);
  const room = (ring: Ring, needed: number): number => {
    ring.check(`${what}, ${unit} columns at once`, needed);
    return needed <= ring.half ? ring.half : ring.total;
  };
  const columns = Math.min(
    Math.floor(room(rings.wmem, (unit / size) * stride) / stride) * size,
    room(rings.omem, unit),
    room(rings.param, roundUp(unit, Math.max(1, size / 2))),
  );
  return Math.floor(columns / unit) * unit;
}

/** A part of a tensor in a row tile. */
export function made(
  tensor: string,
  tile: number,
  memory: Made['memory'],
  bits: Made['bits'],
  from: number,
  columns: number,
  column = 0,
): Made {
  return { tensor, tile, memory, bits, from, columns, column };
}

/** The real columns of padded heads, as parts of a tensor of D columns; `from` is where head `first` lies. */
export function madeHeads(
  { padded, channels }: Plan,
  tensor: string,
  tile: number,
  from: number,
  first: number,
  count: number,
): Made[] {
  return Array.from({ length: count }, (_, i) =>
    made(tensor, tile, 'scratch', 8, from + (i * padded) / 4, channels, (first + i) * channels),
  );
}
