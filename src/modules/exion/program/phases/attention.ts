// SPDX-License-Identifier: Apache-2.0
import type { QuantisedBlock } from '../../dit/quantised.types.ts';
import { flags, gemmKinds, moveKinds, sfuKinds } from '../../isa.ts';
import { ownerOf, placeOf, strideOf, tilesOf } from '../plan.ts';
import { quartersOf } from '../ring.ts';
import { CompileError, roundUp } from '../target.ts';
import { type Context, made, madeHeads, type StagedParams } from './context.ts';
import { loadInputs } from './project.ts';

/** OMEM in the attention phase: places for scores, and for P V of a head. */
interface OutputPlaces {
  readonly scores: readonly number[];
  readonly mix: readonly number[];
}

/** Three quarters of OMEM for scores and one for P V; with many tokens two halves, or as it fits. */
function outputPlaces({ plan }: Context): OutputPlaces {
  const { size, columns } = plan.target.params;
  const scores = plan.tiles * size;
  const [quarter, half] = quartersOf(columns, size);
  if (scores <= quarter && plan.padded <= quarter) return { scores: [0, quarter, half], mix: [half + quarter] };
  if (scores <= half && plan.padded <= quarter) return { scores: [0], mix: [half, half + quarter] };
  if (scores + plan.padded <= columns) return { scores: [0], mix: [scores] };
  throw new CompileError(
    `Scores of ${plan.tokens} tokens need ${scores} columns and P V of a head ${plan.padded}: columns is ${columns}`,
  );
}

/** Words of WMEM that K and V of a head take: K as rows, V as columns. */
function headWords({ plan }: Context): { keys: number; values: number } {
  const { tiles, padded, words, target } = plan;
  return {
    keys: tiles * strideOf(target, words.channels),
    values: (padded / target.params.size) * strideOf(target, words.tokens),
  };
}

/**
 * Attention of a head: scores of the kept keys (OSPARSE), softmax, P V (KMERGE), RQ. A row that a key dominates keeps this key alone, so
 * whatever its score its probability is 1.
 */
export function attend(ctx: Context, name: string, block: QuantisedBlock, staged: StagedParams, head: number): void {
  const { plan, rings } = ctx;
  const { padded, tiles } = plan;
  const { keys, values } = headWords(ctx);
  const places = outputPlaces(ctx);
  const wmem = rings.wmem.take('K and V of a head', keys + values);
  loadHead(ctx, `${name}.head${head}`, head, wmem);
  const param = staged.load('mix', head * padded, padded);
  for (const tile of tilesOf(plan)) attendTile(ctx, name, block, head, tile, wmem, param, places, head * tiles + tile);
}

/** K and V of all row tiles of a head to WMEM. */
function loadHead(ctx: Context, what: string, head: number, wmem: number): void {
  const { plan, layout, emitter } = ctx;
  const { padded, channels, words } = plan;
  const { size, lanes } = plan.target.params;
  const offset = (head * padded) / 4;
  const { keys } = headWords(ctx);
  for (const tile of tilesOf(plan)) {
    const srcA = layout.tiles[tile]!.key + offset;
    const dst = wmem + tile * strideOf(plan.target, words.channels);
    emitter.emit('MOVE', { kind: moveKinds.W_ROWS, all: 1, srcA, dst, n: channels }, `${what}, K of tile ${tile}`);
  }
  // The rest of the last word is filled with zeros, so that no byte is read that was never written.
  const whole = roundUp(plan.tiles, lanes / size);
  for (let tile = 0; tile < whole; tile++) {
    const srcA = tile < plan.tiles ? layout.tiles[tile]!.value + offset : layout.zeros;
    const dst = wmem + keys + Math.floor((tile * size) / lanes);
    const sub = ((tile * size) % lanes) / size;
    emitter.emit(
      'MOVE',
      { kind: moveKinds.W_COLUMNS, all: 1, srcA, dst, sub, n: padded, k: strideOf(plan.target, words.tokens) },
      `${what}, V of tile ${tile}`,
    );
  }
}

function attendTile(
  ctx: Context,
  name: string,
  block: QuantisedBlock,
  head: number,
  tile: number,
  weights: number,
  param: number,
  places: OutputPlaces,
  turn: number,
): void {
  const { plan, layout, emitter, rings } = ctx;
  const { padded, channels, tokens, tiles, words } = plan;
  const { size, lanes } = plan.target.params;
  const core = ownerOf(plan, tile);
  const what = `${name}.head${head}`;
  const comment = `${what}, tile ${tile}`;
  const maskA = layout.kept(head, tile);
  const { keys } = headWords(ctx);
  const tensors = layout.tiles[tile]!;

  const map = rings.maps.take();
  emitter.emit('CMBUILD', { core, n: tokens, maskA, map }, comment);
  const srcA = loadInputs(ctx, `${what} queries`, tile, tensors.query + (head * padded) / 4, channels);
  const scores = places.scores[turn % places.scores.length]!;
  emitter.emit(
    'GEMM',
    {
      kind: gemmKinds.OSPARSE,
      flags: flags.AUTO,
      core,
      n: tiles,
      k: words.channels,
      srcA,
      srcB: weights,
      dst: scores,
      map,
    },
    `${comment}: scores`,
    [made(`${what}.scores`, tile, 'omem', 32, scores, tokens)],
  );
  const probabilities = layout.probabilities[core]![turn % 2]!;
  const { gain, shift } = block.heads[head]!.softmax;
  emitter.emit(
    'SFU',
    { kind: sfuKinds.SOFTMAX, core, n: tokens, srcA: scores, dst: probabilities, maskA, gain, shift },
    comment,
    [made(`${what}.probabilities`, tile, 'scratch', 8, probabilities, tokens)],
  );
  const merged = rings.imem.take('probabilities', Math.ceil(tokens / lanes));
  const kmerge = rings.kmerge.take();
  emitter.emit('KBUILD', { core, n: tokens, maskA, srcA: probabilities, dst: merged, map: kmerge }, comment);
  const mix = places.mix[turn % places.mix.length]!;
  emitter.emitMerged(
    Math.ceil(tokens / lanes),
    {
      core,
      n: padded / size,
      k: words.tokens,
      srcA: merged,
      srcB: weights + keys,
      dst: mix,
      map: kmerge,
    },
    `${comment}: P V`,
  );
  const dst = tensors.mix + (head * padded) / 4;
  emitter.emit(
    'SFU',
    { kind: sfuKinds.RQ, ...placeOf(plan, tile), n: padded, srcA: mix, dst, param, shift: block.mix.shift },
    comment,
    madeHeads(plan, `${name}.mix`, tile, dst, head, 1),
  );
}
