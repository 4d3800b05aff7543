// SPDX-License-Identifier: Apache-2.0
import { ConMergeParams } from '../../../src/modules/exion/conmerge.params.ts';
import type { ExionCoreParams } from '../../../src/modules/exion/core.params.ts';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import { kBuildCycles } from '../../../src/modules/exion/golden/cau.ts';
import { flags, ops } from '../../../src/modules/exion/isa.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { unitCycles } from '../../../src/modules/exion/units.ts';
import type { CauBench, CauCommand } from './cau.bench.ts';

const isRow = ({ op, flags: bits }: CauCommand): boolean => op === ops.CMBUILD && (bits & flags.ROW_MASK) !== 0;

/** What the document refuses. */
export function isRefused(command: CauCommand, p: ExionCoreParams): boolean {
  const { op, n, map, dst, maskA } = command;
  if (n === 0 || maskA + (isRow(command) ? 1 : n) > p.maskWords) return true;
  if (op === ops.CMBUILD) return n > p.columns || map >= p.mapBuffers;
  return op !== ops.KBUILD || n > p.depth || dst + Math.ceil(n / p.lanes) > inputWords(p);
}

/** Cycles of the doc comments, from the transfer of the command to done, when nothing stalls. */
export function cyclesOf(bench: CauBench, command: CauCommand, latency: number): number {
  const { p } = bench;
  if (isRefused(command, p)) return 3;
  const mask = bench.seen(command);
  if (command.op === ops.KBUILD) return kBuildCycles(command.n, p, bench.golden(command).built!.chunks, latency);
  const { size, slots, tries, bounds, columns, ncvg, placement } = p;
  const merge = ConMergeParams.parse({ rows: size, cols: size, slots, tries, bounds, columns, ncvg, placement });
  const { condense, sort, words } = unitCycles({ mask, modes: allOn }, merge);
  return words.length > 0 ? 6 + words.at(-1)! : 7 + condense + sort;
}

const makers = [
  masks.iidMask,
  masks.iidMask,
  masks.columnClusteredMask,
  masks.rowClusteredMask,
  (seed: number, rows: number, columns: number, density: number) =>
    masks.fewRowsMask(seed, rows, columns, 1 + (seed % Math.min(3, rows)), density),
];

const densities = [0.05, 0.3, 0.1, 0.5, 0.2, 0.9, 0, 1, 0.03];

/** Commands of all kinds and sizes, some of them bad; their masks are put into the mask memory. */
export function randomCommand(bench: CauBench, seed: number): CauCommand {
  const { p, random } = bench;
  const op = random.pick([ops.CMBUILD, ops.KBUILD]);
  const most = op === ops.CMBUILD ? p.columns : p.depth;
  const n = random.pick([most, 1 + random.below(most), 1 + random.below(Math.min(most, 2 * p.size))]);
  const maskA = random.below(p.maskWords - Math.min(n, p.maskWords) + 1);
  const columns = Math.min(n, p.maskWords - maskA);
  bench.place(makers[seed % makers.length]!(seed, p.size, columns, densities[seed % densities.length]!), maskA);
  const command = {
    op,
    flags: random.bool(0.25) ? flags.ROW_MASK : random.below(32),
    map: random.below(op === ops.CMBUILD ? p.mapBuffers : 2),
    n,
    dst: random.below(inputWords(p) - Math.ceil(n / p.lanes) + 1 || 1),
    srcA: random.below(400),
    maskA,
  };
  if (random.bool(0.8)) return command;
  return random.pick([
    { ...command, op: random.pick([0, 9, 12, 255]) },
    { ...command, n: 0 },
    { ...command, n: random.pick([p.columns, p.depth]) + 1, maskA: 0, dst: 0 },
    { ...command, n: 60_000 },
    ...(p.mapBuffers > 2 ? [{ ...command, op: ops.CMBUILD, map: random.pick([p.mapBuffers, 127]) }] : []),
    { ...command, maskA: p.maskWords - command.n + 1 },
    { ...command, dst: inputWords(p) - Math.ceil(n / p.lanes) + 1 },
    { ...command, dst: 2 ** 26 - 1 },
    { ...command, maskA: 65_535 },
  ]);
}
