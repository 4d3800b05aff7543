// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, pack, type Signal, sink, source, UInt, unpack } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import type { LlbParams } from '../llb/llb.params.ts';
import { llbItemType, llbPairType } from '../llb/llb.types.ts';
import { pointType } from '../point.types.ts';
import { engineShare } from './engine-share.ts';
import { hornerOperationType } from './horner.ts';
import { coordinateBits, keyBits, llbParams, MsmParams, msmTagBits, windowIndexBits } from './msm.params.ts';
import { enginePorts } from './msm.types.ts';
import { windowOperationType, windowResultType } from './window-sums.ts';

/** What an operation is for; stands in the two high bits of its tag. */
const purposes = { bucket: 0, sum: 1, weighted: 2, combine: 3 } as const;

/**
 * The operations of an MSM on their way to the engines, and their answers on the way back. Only one of the three sources works at a time: that of the buckets
 * unless `sums` or `combines` says otherwise. Answers always find their unit ready. No register on the way.
 */
export const msmOperations = block(
  'msm_operations',
  MsmParams,
  (m, p) => {
    const bits = coordinateBits(p);
    const point = pointType(bits);
    const buckets: LlbParams = llbParams(p);
    const io = m.ports({
      sums: input(Bool, 'the window sums work'),
      combines: input(Bool, 'the combination of the windows works'),
      pair: sink(llbPairType(buckets)),
      window: sink(windowOperationType(p)),
      step: sink(hornerOperationType(p)),
      bucket: source(llbItemType(buckets)),
      windowResult: source(windowResultType(p)),
      stepResult: source(point),
      engine: enginePorts(p),
    });
    const { share } = m.instances({ share: engineShare(p) });
    connect(io.engine, share.engine);
    const indexBits = msmTagBits(p) - 2;
    const tag = (purpose: Signal, index: Signal): Signal => purpose.concat(index.resize(indexBits));
    const purpose = (name: keyof typeof purposes): Signal => m.lit(purposes[name], UInt(2));

    const { pair, window, step } = io;
    const choose = <S extends Signal>(ofPair: S, ofWindow: S, ofStep: S): Signal =>
      io.combines.mux(ofStep, io.sums.mux(ofWindow, ofPair));
    const ofWindow = window.payload.weighted.mux(purpose('weighted'), purpose('sum'));
    const points = (name: 'a' | 'b') => {
      const ofPair = unpack(name === 'a' ? pair.payload.x : pair.payload.y, point);
      const field = (key: keyof typeof ofPair & ('kind' | 'x' | 'y' | 'zz' | 'zzz')): Signal =>
        choose(ofPair[key], window.payload[name][key], step.payload[name][key]);
      return { kind: field('kind'), x: field('x'), y: field('y'), zz: field('zz'), zzz: field('zzz') };
    };
    share.in.offer(io.combines.mux(step.valid, io.sums.mux(window.valid, pair.valid)), {
      tag: choose(
        tag(purpose('bucket'), pair.payload.key),
        tag(ofWindow, window.payload.window),
        tag(purpose('combine'), m.lit(0, UInt(1))),
      ),
      double: io.combines.and(step.payload.double),
      a: points('a'),
      b: points('b'),
    });
    step.ready.assign(share.in.ready.and(io.combines));
    window.ready.assign(share.in.ready.and(io.sums));
    pair.ready.assign(share.in.ready.and(io.sums.or(io.combines).not()));

    const { valid, payload, ready } = share.out;
    const back = payload.tag.high(2);
    const index = payload.tag.low(indexBits);
    const isFor = (name: keyof typeof purposes) => valid.and(back.eq(purposes[name]));
    io.bucket.offer(isFor('bucket'), { key: index.low(keyBits(p)), point: pack(payload.point) });
    io.windowResult.offer(isFor('sum').or(isFor('weighted')), {
      weighted: back.eq(purposes.weighted),
      window: index.low(windowIndexBits(p)),
      point: payload.point,
    });
    io.stepResult.offer(isFor('combine'), payload.point);
    ready.assign(1);
    const { bucket, windowResult, stepResult } = io;
    m.assume('answers_are_taken', bucket.ready.and(windowResult.ready).and(stepResult.ready));
    return io;
  },
  { doc: 'Operations of an MSM to the point engines, answers to the units.' },
);
