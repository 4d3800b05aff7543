// SPDX-License-Identifier: Apache-2.0
import type { QuantisedBlock, TensorScale } from '../../dit/quantised.types.ts';
import { flags, moveKinds } from '../../isa.ts';
import { packWeights, range } from '../pack.ts';
import { ownerOf, placeOf, type Plan, tilesOf, turnOf } from '../plan.ts';
import { type Context, headColumns, loadWeights, made, madeHeads } from './context.ts';

/** Rules by which keys are kept, of each head. */
export interface KeepRules {
  readonly keys: number;
  readonly dominance: readonly number[];
}

/** Heads whose prediction weights fit in a half of EWMEM (in all of it, when not even one does). */
function headsAtOnce({ plan, rings }: Context): number {
  const { padded, heads, words, target } = plan;
  const each = 2 * (padded / target.params.size) * words.width;
  rings.ewmem.check('Prediction weights of a head', each);
  return Math.min(heads, Math.max(1, Math.floor(rings.ewmem.half / each)));
}

/** Eager prediction (paper 3.2) on EPRE, first part: predicted K and Q of all tiles. */
export function predict(ctx: Context, name: string, block: QuantisedBlock): void {
  const { plan } = ctx;
  const most = headsAtOnce(ctx);
  for (let first = 0; first < plan.heads; first += most) {
    predictHeads(ctx, name, block, first, Math.min(most, plan.heads - first));
  }
}

function predictHeads(ctx: Context, name: string, block: QuantisedBlock, first: number, count: number): void {
  const { plan, layout, emitter, rings } = ctx;
  const { padded, channels, width, words } = plan;
  const { params: p } = plan.target;
  const inputs = range(0, width);
  const outputs = headColumns(plan, first, count);
  const images = [block.predictKey, block.predictQuery].map((w) =>
    packWeights(w, outputs, inputs, { ...p, stride: words.width }),
  );
  const both = new Uint8Array(images[0]!.length + images[1]!.length);
  both.set(images[0]!);
  both.set(images[1]!, images[0]!.length);
  const what = `${name}.prediction${first}`;
  const keyWords = loadWeights(ctx, what, both, 'ewmem');
  const headWords = (padded / p.size) * words.width;
  const queryWords = keyWords + count * headWords;

  for (const tile of tilesOf(plan)) {
    const core = ownerOf(plan, tile);
    const { xn, predictedKey, predictedQuery } = layout.tiles[tile]!;
    const srcA = rings.eimem.take(what, words.width);
    emitter.emit('MOVE', { kind: moveKinds.EX, core, srcA: xn, dst: srcA, n: width }, `${what}, tile ${tile}`);
    const project = (tensor: string, head: number, weights: number, to: number, { gain, shift }: TensorScale): void => {
      const [srcB, dst] = [weights + (head - first) * headWords, to + (head * padded) / 4];
      emitter.emit(
        'EPRED',
        { core, n: channels, k: words.width, srcA, srcB, dst, gain, shift },
        `${tensor}, head ${head}, tile ${tile}`,
        madeHeads(plan, tensor, tile, dst, head, 1),
      );
    };
    for (let head = first; head < first + count; head++) {
      const { predictKey, predictQuery } = block.heads[head]!;
      project(`${name}.predictedKey`, head, keyWords, predictedKey, predictKey);
      project(`${name}.predictedQuery`, head, queryWords, predictedQuery, predictQuery);
    }
  }
}

/**
 * Second part, of a head: the predicted scores of each row tile, of which TOPK keeps some: AM, RQ and, of the last tile, RK. With several
 * cores RK of a core knows its own row tiles alone.
 */
export function keepKeys(ctx: Context, name: string, block: QuantisedBlock, head: number, rules: KeepRules): void {
  const { plan, layout, emitter, rings } = ctx;
  const { padded, channels, tokens, tiles, words } = plan;
  const what = `${name}.head${head}`;
  const offset = (head * padded) / 4;
  const srcB = rings.ewmem.take(`Predicted keys of ${tokens} tokens`, tiles * words.channels);
  for (const tile of tilesOf(plan)) {
    const srcA = layout.tiles[tile]!.predictedKey + offset;
    const dst = srcB + tile * words.channels;
    emitter.emit('MOVE', { kind: moveKinds.EW_ROWS, all: 1, srcA, dst, n: channels }, `${what}, keys of tile ${tile}`);
  }
  for (const tile of tilesOf(plan)) {
    const { core, live } = placeOf(plan, tile);
    const dst = rings.eimem.take(what, words.channels);
    const srcA = layout.tiles[tile]!.predictedQuery + offset;
    emitter.emit('MOVE', { kind: moveKinds.EX, core, srcA, dst, n: channels }, `${what}, queries of tile ${tile}`);
    const [maskA, maskB, maskC] = [layout.kept(head, tile), layout.queryRows(head, tile), layout.keyRows(head)];
    const last = isLastOfCore(plan, tile);
    emitter.emit(
      'TOPK',
      {
        core,
        flags: (turnOf(plan, tile) === 0 ? flags.FIRST : 0) | (last ? flags.LAST : 0),
        n: tokens,
        k: words.channels,
        srcA: dst,
        srcB,
        maskA,
        maskB,
        maskC,
        shift: block.heads[head]!.scoreShift,
        live,
        limit: rules.dominance[head]!,
        best: Math.min(rules.keys, tokens),
      },
      `${what}, tile ${tile}`,
      [
        made(`${what}.kept`, tile, 'mask', 1, maskA, tokens),
        made(`${what}.queryRows`, tile, 'mask', 1, maskB, 1),
        ...(last ? tilesOf(plan).map((t) => made(`${what}.keyRows`, t, 'mask', 1, maskC + t, 1)) : []),
      ],
    );
  }
}

function isLastOfCore({ target, tiles }: Plan, tile: number): boolean {
  return tile + target.cores >= tiles;
}
