// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';
import {
  type Command,
  commandFields,
  type FieldName,
  flags,
  gemmKinds,
  mapBufferOf,
  moveKinds,
  ops,
  sfuKinds,
} from '../isa.ts';

/** What a command can read or write; `keys` is the key mask that the TOPKs of a head gather inside of the unit. */
export type Space =
  'scratch' | 'imem' | 'wmem' | 'eimem' | 'ewmem' | 'omem' | 'mask' | 'param' | 'table' | 'map' | 'kmerge' | 'keys';

/** A range of a memory: words, columns, entries or buffers. */
export interface Touch {
  readonly space: Space;
  readonly from: number;
  readonly count: number;
  readonly write: boolean;
}

const reads = (space: Space, from = 0, count = 1): Touch => ({ space, from, count, write: false });
const writes = (space: Space, from = 0, count = 1): Touch => ({ space, from, count, write: true });
const tensor = (columns: number, bytes: number): number => Math.ceil((columns * bytes) / 4);

type Shape = Pick<ExionCoreParams, 'size' | 'lanes' | 'depth' | 'placement'>;
type Full = Readonly<Record<FieldName, number>>;

const zeros = Object.fromEntries(commandFields.map(({ name }) => [name, 0])) as Full;

/**
 * The most that a command reads and writes, from its fields. How many chunks KMERGE reads only KBUILD knows: `chunks` is the most it can be.
 */
export function footprint(command: Command, p: Shape, chunks = p.depth / p.lanes): Touch[] {
  const c: Full = { ...zeros, ...command };
  switch (c.op) {
    case ops.LD:
      return [writes('scratch', c.dst, c.count)];
    case ops.ST:
      return [reads('scratch', c.srcA, c.count)];
    case ops.MOVE:
      return moveTouches(c, p);
    case ops.GEMM:
      return gemmTouches(c, p, chunks);
    case ops.CMBUILD:
      return [reads('mask', c.maskA, (c.flags & flags.ROW_MASK) === 0 ? c.n : 1), writes('map', mapBufferOf(c))];
    case ops.KBUILD:
      return [
        reads('mask', c.maskA, c.n),
        reads('scratch', c.srcA, tensor(c.n, 1)),
        writes('kmerge', c.map),
        writes('imem', c.dst, Math.ceil(c.n / p.lanes)),
      ];
    case ops.EPRED:
      return [...predictorReads(c, p), writes('scratch', c.dst, tensor(c.n, 1))];
    case ops.TOPK:
      return [
        ...predictorReads(c, p),
        writes('mask', c.maskA, c.n),
        writes('mask', c.maskB),
        ...((c.flags & flags.LAST) === 0 ? [] : [writes('mask', c.maskC, Math.ceil(c.n / p.size))]),
        writes('keys'),
      ];
    case ops.SFU:
      return sfuTouches(c);
    default:
      return [];
  }
}

function predictorReads(c: Full, p: Shape): Touch[] {
  return [reads('eimem', c.srcA, c.k), reads('ewmem', c.srcB, Math.ceil(c.n / p.size) * c.k)];
}

function moveTouches(c: Full, { size, lanes }: Shape): Touch[] {
  const rows = (space: Space): Touch[] => [
    reads('scratch', c.srcA, tensor(c.n, 1)),
    writes(space, c.dst, Math.ceil(c.n / lanes)),
  ];
  const image = (space: Space): Touch[] => [
    reads('scratch', c.srcA, c.count),
    writes(space, c.dst, Math.ceil((4 * c.count) / lanes)),
  ];
  switch (c.kind) {
    case moveKinds.X:
      return rows('imem');
    case moveKinds.EX:
      return rows('eimem');
    case moveKinds.W_ROWS:
      return rows('wmem');
    case moveKinds.EW_ROWS:
      return rows('ewmem');
    case moveKinds.W:
      return image('wmem');
    case moveKinds.EW:
      return image('ewmem');
    case moveKinds.W_COLUMNS:
      return [reads('scratch', c.srcA, tensor(c.n, 1)), writes('wmem', c.dst, (Math.ceil(c.n / size) - 1) * c.k + 1)];
    case moveKinds.PARAM:
      return [reads('scratch', c.srcA, c.count), writes('param', c.dst, (c.count * size) / 2)];
    default:
      return [reads('scratch', c.srcA, 64 / size), writes('table')];
  }
}

function gemmTouches(c: Full, { size, placement }: Shape, chunks: number): Touch[] {
  const stride = placement === 'colour' ? c.k + 1 - (c.k % 2) : c.k;
  const weights = reads('wmem', c.srcB, c.n * stride);
  const results = writes('omem', c.dst, c.n * size);
  switch (c.kind) {
    case gemmKinds.DENSE:
      return [reads('imem', c.srcA, c.k), weights, results];
    case gemmKinds.OSPARSE:
      return [reads('imem', c.srcA, c.k), weights, reads('map', mapBufferOf(c)), results];
    default:
      return [reads('imem', c.srcA, chunks), weights, reads('kmerge', c.map), results];
  }
}

function sfuTouches(c: Full): Touch[] {
  const has = (flag: number): boolean => (c.flags & flag) !== 0;
  const a = has(flags.FROM_GSC) ? reads('scratch', c.srcA, tensor(c.n, 2)) : reads('omem', c.srcA, c.n);
  const part = has(flags.ADD) ? [reads('scratch', c.srcP, c.n)] : [];
  const params = reads('param', c.param, c.n);
  switch (c.kind) {
    case sfuKinds.RQ: {
      const mask = { space: 'mask', from: c.maskA, count: c.n } as const;
      return [
        a,
        ...part,
        params,
        ...(has(flags.GELU) ? [reads('table')] : []),
        ...(has(flags.MASK_IN) ? [{ ...mask, write: false }] : []),
        ...(has(flags.MASK_OUT) ? [{ ...mask, write: true }] : []),
        writes('scratch', c.dst, tensor(c.n, 1)),
      ];
    }
    case sfuKinds.AXPY:
      return [a, ...part, params, reads('scratch', c.srcB, tensor(c.n, 2)), writes('scratch', c.dst, tensor(c.n, 2))];
    case sfuKinds.LN:
      return [reads('scratch', c.srcA, tensor(c.n, 2)), params, writes('scratch', c.dst, tensor(c.n, 1))];
    case sfuKinds.SOFTMAX:
      return [reads('omem', c.srcA, c.n), reads('mask', c.maskA, c.n), writes('scratch', c.dst, tensor(c.n, 1))];
    case sfuKinds.COPY:
      return [a, writes('scratch', c.dst, c.n)];
    default:
      return [a, reads('scratch', c.srcB, c.n), writes('scratch', c.dst, c.n)];
  }
}
