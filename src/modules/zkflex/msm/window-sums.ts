// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, memory, output, type Signal, sink, source, UInt } from '../../../dsl/index.ts';
import { onehotDecode } from '../../lib/onehot.ts';
import { bitsFor } from '../../lib/widths.ts';
import { pointKind, pointType } from '../point.types.ts';
import { coordinateBits, keyBits, MsmParams, windowIndexBits } from './msm.params.ts';
import { bucketItemType } from './msm.types.ts';

/** A sum that a window needs: S + bucket, or with `weighted` T + S. */
export function windowOperationType(p: MsmParams) {
  const point = pointType(coordinateBits(p));
  return Bundle({ weighted: Bool, window: UInt(windowIndexBits(p)), a: point, b: point });
}

/** Its result. */
export function windowResultType(p: MsmParams) {
  return Bundle({ weighted: Bool, window: UInt(windowIndexBits(p)), point: pointType(coordinateBits(p)) });
}

/** T of a window: one cycle after `read`, as long as `window` stays and nothing else is read. */
export const totalPorts = (p: MsmParams) => ({
  window: input(UInt(windowIndexBits(p))),
  read: input(Bool, 'while not busy'),
  point: output(pointType(coordinateBits(p))),
});

/**
 * Sums of all windows at once (paper 3.7): for every digit from the largest one down, T of each window gets S and S gets the bucket of the digit, so that T is one step
 * behind S and both additions of a step are under way together.
 *
 * A visit (digit, window) takes 5 cycles and begins when both sums of the window are done; so a step takes as long as an addition, or longer when
 * windows are many. Buckets come by key, that is by digit downwards and then by window. Afterwards T of each window can be read.
 */
export const windowSums = block(
  'window_sums',
  MsmParams,
  (m, p) => {
    const point = pointType(coordinateBits(p));
    const index = UInt(windowIndexBits(p));
    const io = m.ports({
      start: input(Bool, 'the buckets are going to be drained, from the next cycle on'),
      keep: input(Bool, 'with start: T goes on from where it is'),
      half: input(UInt(p.windowBits), 'largest digit, 2^(c-1)'),
      count: input(UInt(bitsFor(p.windows)), 'windows'),
      buckets: sink(bucketItemType(p), 'lowest key first'),
      draining: input(Bool, 'buckets may still come'),
      operation: source(windowOperationType(p)),
      result: sink(windowResultType(p), 'always ready'),
      busy: output(Bool),
      total: totalPorts(p),
    });
    const { state } = m.fsms({ state: ['IDLE', 'WAIT', 'READ', 'LATCH', 'WEIGH', 'ADD', 'SETTLE'] });
    const { digit, window, key } = m.regs({ digit: UInt(p.windowBits), window: index, key: UInt(keyBits(p)) });
    // A bit a window: S or T has a point, or gets one.
    const flags = UInt(p.windows).init(0);
    const { has_s, has_t, adds_s, adds_t } = m.regs({ has_s: flags, has_t: flags, adds_s: flags, adds_t: flags });
    const { s } = m.regs({ s: point }, { enable: state.is('READ') });
    const { t } = m.regs({ t: point }, { enable: state.is('LATCH') });
    const of = (bits: Signal, at: Signal) => at.pick(bits.toBits());

    const { sums } = m.mems({ sums: memory(point, 2 ** (index.width + 1)) });
    const { result } = io;
    result.ready.assign(1);
    sums.write(result.payload.weighted.concat(result.payload.window), result.payload.point, { enable: result.valid });
    const { idle, reads } = m.nets({ idle: state.is('IDLE'), reads: state.is('READ') });
    const word = sums.read('word', idle.or(reads).concat(idle.mux(io.total.window, window)), {
      enable: idle.mux(io.total.read, state.is('WAIT').or(reads)),
    });
    m.drive(s, word);
    m.drive(t, word);
    const some = <P extends { readonly kind: Signal }>(has: Signal<typeof Bool>, at: P): P => ({
      ...at,
      kind: has.mux(at.kind, pointKind.infinity),
    });
    m.drive(io.total.point, some(of(has_t, io.total.window), word));

    const { s_is, t_is } = m.nets({ s_is: of(has_s, window), t_is: of(has_t, window) });
    const { at_rest, known } = m.nets({
      at_rest: of(adds_s.or(adds_t), window).not(),
      known: digit.eq(0).or(io.buckets.valid).or(io.draining.not()),
    });
    const { weighs, finds } = m.nets({
      weighs: state.is('WEIGH').and(s_is),
      finds: state.is('ADD').and(digit.ne(0)).and(io.buckets.valid).and(io.buckets.payload.key.eq(key)),
    });
    const { operation } = io;
    const bucket = io.buckets.payload.point;
    const second = (field: 'kind' | 'x' | 'y' | 'zz' | 'zzz'): Signal => weighs.mux(s[field], bucket[field]);
    const [old_t, old_s] = [some(t_is, t), some(s_is, s)];
    const first = (field: 'kind' | 'x' | 'y' | 'zz' | 'zzz'): Signal => weighs.mux(old_t[field], old_s[field]);
    operation.offer(weighs.or(finds), {
      weighted: weighs,
      window,
      a: { kind: first('kind'), x: first('x'), y: first('y'), zz: first('zz'), zzz: first('zzz') },
      b: { kind: second('kind'), x: second('x'), y: second('y'), zz: second('zz'), zzz: second('zzz') },
    });
    io.buckets.ready.assign(finds.and(operation.ready));

    const begun = (enable: Signal): Signal => onehotDecode<Signal>(window, p.windows, enable.and(operation.ready));
    const over = (weighted: Signal): Signal =>
      onehotDecode<Signal>(result.payload.window, p.windows, result.valid.and(weighted)).not();
    const { begun_s, begun_t } = m.nets({ begun_s: begun(finds), begun_t: begun(weighs) });
    adds_s.next(adds_s.and(over(result.payload.weighted.not())).or(begun_s));
    adds_t.next(adds_t.and(over(result.payload.weighted)).or(begun_t));
    m.when(idle.and(io.start), () => {
      has_s.next(0);
      m.when(io.keep.not(), () => has_t.next(0));
      digit.next(io.half);
      window.next(0);
      key.next(0);
    }).otherwise(() => {
      has_s.next(has_s.or(begun_s));
      has_t.next(has_t.or(begun_t));
    });

    const { last } = m.nets({
      last: window
        .resize(io.count.width + 1)
        .addWrap(1)
        .eq(io.count.resize(io.count.width + 1)),
    });
    state.states({
      IDLE: () => m.when(io.start, () => state.goto('WAIT')),
      WAIT: () => m.when(at_rest.and(known), () => state.goto('READ')),
      READ: () => state.goto('LATCH'),
      LATCH: () => state.goto('WEIGH'),
      WEIGH: () => m.when(weighs.not().or(operation.ready), () => state.goto('ADD')),
      ADD: () =>
        m.when(finds.not().or(operation.ready), () => {
          key.next(key.addWrap(1));
          window.next(last.mux(0, window.addWrap(1)));
          m.when(last, () => digit.next(digit.subWrap(1)));
          m.when(last.and(digit.eq(0)), () => state.goto('SETTLE')).otherwise(() => state.goto('WAIT'));
        }),
      SETTLE: () => m.when(adds_s.or(adds_t).eq(0), () => state.goto('IDLE')),
    });
    io.busy.assign(idle.not());
    m.assert('buckets_in_order', io.buckets.valid.not().or(idle).or(digit.eq(0)).or(io.buckets.payload.key.ge(key)));
    return io;
  },
  { doc: 'Sums of the buckets of all windows of an MSM, weighted by their digits.' },
);
