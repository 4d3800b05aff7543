// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, type Signal, sink, source, UInt } from '../../../dsl/index.ts';
import { allOf, anyOf } from '../../lib/stream-lists.ts';
import { bitsFor } from '../../lib/widths.ts';
import { modeBits, modes } from '../tcore.params.ts';
import { flagOf, modeFits, operandsFit, operationIsGood, placesFit, windowsFit } from './command-check.ts';
import { commandFields, ops } from './commands.ts';
import { commandBits, commandType, fieldPlace } from './controller.types.ts';
import { beatsOf, mostBeats } from './element.params.ts';
import { elementCommandType } from './element.types.ts';
import { pointElements } from './point-streams.ts';
import { errorNames } from './registers.ts';
import { elementParamsOf, ZkFlexParams } from './zkflex.params.ts';

type Bit = Signal<typeof Bool>;

/** Errors that commands make; the last of `errorNames` is none of them. */
export const commandErrors = errorNames.slice(0, -1);

/**
 * Carries out commands, in order and one at a time: starts the units of a command and waits for them. A command that cannot be carried out, or whose unit
 * fails, stops the design: what is under way is completed or dropped, then `stopped` is up until `clear`. Two cycles between a command and
 * its start, one after its end.
 */
export const controller = block(
  'controller',
  ZkFlexParams,
  (m, p) => {
    const elements = elementParamsOf(p);
    const transfers = elementCommandType(elements);
    const io = m.ports({
      command: sink(UInt(commandBits)),
      halt: input(Bool, 'an error outside of commands: stops before the next one'),
      clear: input(Bool, 'pulse: after an error, ready again'),
      now: output(commandType, 'the command that is carried out'),
      field: { configured: input(Bool), mode: input(UInt(2)) },
      reads: source(transfers, 'elements of CFG and LOAD, bases of MSM'),
      scalars: source(transfers),
      writes: source(transfers),
      reading: input(Bool, 'a reader is at work'),
      read_failed: input(Bool, 'the memory has answered a read with an error'),
      unreduced: input(Bool, 'an element, a word that was read or an operand was not below the modulus, until clear'),
      written: input(Bool, 'pulse: the writer is done'),
      write_failed: input(Bool, 'with written'),
      failing: output(Bool, 'results that still come are not wanted'),
      drop: output(Bool, 'elements that are still to come are not wanted'),
      config: { start: output(Bool), done: input(Bool), refused: input(Bool) },
      transfer: { start: output(Bool), busy: input(Bool) },
      vector: { valid: output(Bool), ready: input(Bool), done: input(Bool), refused: input(Bool) },
      msm: {
        valid: output(Bool),
        ready: input(Bool),
        result: input(Bool, 'pulse: the sum has come'),
        failed: input(Bool, 'sticky'),
        busy: input(Bool),
      },
      computing: output(Bool, 'the lanes are in use'),
      adding: output(Bool, 'the lanes belong to the point engines'),
      synced: output(Bool, 'pulse: a SYNC is reached'),
      busy: output(Bool, 'a command is carried out, or an error waits for clear'),
      stopped: output(Bool),
      errors: output(UInt(commandErrors.length), 'sticky, in the order of errorNames'),
      completed: output(UInt(32), 'commands that were carried out'),
    });
    const { state } = m.fsms({
      state: [
        ...(['IDLE', 'DECODE', 'CHECK', 'CONFIG', 'LOAD', 'STORE', 'VECTOR', 'COMPUTE'] as const),
        ...(['BASES', 'SCALARS', 'ADD', 'SUM', 'RESULT', 'WRITE', 'FAIL', 'STOPPED'] as const),
      ],
    });
    const {
      command: now,
      good,
      fits,
      failures,
      count,
      summed,
    } = m.regs({
      command: commandType,
      good: Bool,
      fits: Bool,
      failures: UInt(commandErrors.length).init(0),
      count: UInt(32).init(0),
      /** The pass before was good, and its field is still configured. */
      summed: Bool.init(0),
    });
    m.drive(io.now, now);
    const is = (op: keyof typeof ops): Bit => now.op.eq(ops[op]);
    const fail = (name: (typeof errorNames)[number], when: Bit): Bit => {
      const bit = 1n << BigInt(errorNames.indexOf(name));
      m.when(when, () => failures.next(failures.or(failures.constant(bit, failures.width))));
      return when;
    };
    const badElements = (): Bit => anyOf([fail('bus_error', io.read_failed), fail('unreduced', io.unreduced)]);
    const finish = (): void => {
      count.next(count.addWrap(1));
      state.goto('IDLE');
    };
    const end = (failure: Bit): void => {
      m.when(failure, () => state.goto('FAIL')).otherwise(finish);
    };

    // What the units are told.
    const shift = Math.log2(p.busBits / 8);
    const place = (address: Signal): Signal => address.concat(address.constant(0n, shift)).resize(p.addressWidth);
    const { mode } = m.nets({ mode: is('CFG').mux(now.mode, io.field.mode) });
    const sizes = modes.map((_, i) =>
      mode.constant(BigInt(Math.min(beatsOf(modeBits(p, i), p), mostBeats(elements))), beatBits(p)),
    );
    const { beats } = m.nets({ beats: mode.eq(2).mux(sizes[2]!, mode.eq(1).mux(sizes[1]!, sizes[0]!)) });
    const { config, load, nothing } = m.nets({ config: is('CFG'), load: is('LOAD'), nothing: now.count.eq(0) });
    const pairs = now.count.low(now.count.width - 1).concat(now.count.constant(0n, 1));
    io.reads.offer(
      state
        .is('CHECK')
        .and(config.or(load.and(nothing.not())))
        .and(good)
        .and(fits)
        .or(state.is('BASES')),
      {
        address: place(now.address),
        count: config.mux(3, load.mux(now.count, pairs)),
        beats,
      },
    );
    io.scalars.offer(state.is('SCALARS'), {
      address: place(now.second),
      count: now.count,
      beats: now.scalar_beats.trunc(beatBits(p)),
    });
    const store = is('STORE');
    io.writes.offer(state.is('WRITE'), {
      address: place(store.mux(now.address, now.result)),
      count: store.mux(now.count, pointElements),
      beats,
    });
    io.config.start.assign(io.reads.fire.and(config));
    io.transfer.start.assign(io.reads.fire.and(load).or(io.writes.fire.and(store)));
    io.vector.valid.assign(state.is('VECTOR'));
    io.msm.valid.assign(state.is('ADD'));
    const failing = state.is('FAIL');
    io.failing.assign(failing);
    // A sum that fails goes on to its end.
    io.adding.assign(state.is('ADD').or(state.is('SUM')).or(failing.and(io.msm.busy)));
    io.computing.assign(state.is('COMPUTE').or(state.is('SUM')));
    // A sum that has failed while it was at work takes its elements itself.
    io.drop.assign(failing.and(io.msm.busy.not()));
    io.busy.assign(state.is('IDLE').not());
    io.stopped.assign(state.is('STOPPED'));
    io.errors.assign(failures);
    io.completed.assign(count);
    io.command.ready.assign(state.is('IDLE').and(io.halt.not()));
    io.synced.assign(state.is('CHECK').and(is('SYNC')));

    state.states({
      IDLE: () => {
        const fields = commandFields.map(({ name }) => {
          const { lsb, width } = fieldPlace(name);
          return [name, io.command.payload.slice(lsb + width - 1, lsb)] as const;
        });
        m.drive(now, Object.fromEntries(fields));
        m.when(io.halt, () => state.goto('FAIL')).elsewhen(io.command.valid, () => state.goto('DECODE'));
      },
      DECODE: () => {
        good.next(operationIsGood(now, io.field.configured));
        const transfer = anyOf([is('LOAD'), is('STORE')])
          .not()
          .or(placesFit(now, p));
        const vector = is('VECTOR').not().or(operandsFit(now, p));
        const accumulates = flagOf(now, 'ACCUMULATE');
        const scalars = is('MSM')
          .not()
          .or(allOf([windowsFit(now, p), scalarFits(now.scalar_beats, p), accumulates.not().or(summed)]));
        const field = is('CFG').not().or(modeFits(now, p));
        fits.next(transfer.and(vector).and(scalars).and(field));
        state.goto('CHECK');
      },
      CHECK: () => {
        const misfit = good.and(fits.not());
        const bad = anyOf([
          fail('bad_operation', good.not()),
          fail('configuration', misfit.and(config)),
          fail('msm', misfit.and(is('MSM'))),
          fail('refused', misfit.and(config.or(is('MSM')).not())),
        ]);
        m.when(bad, () => state.goto('FAIL'))
          .elsewhen(is('SYNC').or(nothing.and(load.or(store))), finish)
          .elsewhen(config, () => m.when(io.reads.ready, () => state.goto('CONFIG')))
          .elsewhen(load, () => m.when(io.reads.ready, () => state.goto('LOAD')))
          .elsewhen(store, () => state.goto('WRITE'))
          .elsewhen(is('VECTOR'), () => state.goto('VECTOR'))
          .otherwise(() => m.when(nothing, () => state.goto('ADD')).otherwise(() => state.goto('BASES')));
      },
      CONFIG: () => {
        m.when(io.config.done, () => {
          fail('bus_error', io.read_failed);
          fail('configuration', io.config.refused.and(io.read_failed.not()));
          const bad = io.config.refused.or(io.read_failed);
          m.when(bad.not(), () => summed.next(0));
          end(bad);
        });
      },
      LOAD: () => {
        m.when(io.transfer.busy.or(io.reading).not(), () => end(badElements()));
      },
      STORE: () => {
        m.when(io.written, () => end(anyOf([fail('bus_error', io.write_failed), fail('unreduced', io.unreduced)])));
      },
      VECTOR: () => m.when(io.vector.ready, () => state.goto('COMPUTE')),
      COMPUTE: () => {
        m.when(io.vector.done, () => end(anyOf([fail('refused', io.vector.refused), fail('unreduced', io.unreduced)])));
      },
      BASES: () => m.when(io.reads.ready, () => state.goto('SCALARS')),
      SCALARS: () => m.when(io.scalars.ready, () => state.goto('ADD')),
      ADD: () => {
        summed.next(0);
        m.when(io.msm.ready, () => state.goto('SUM'));
      },
      SUM: () => {
        m.when(fail('msm', io.msm.failed), () => state.goto('FAIL')).elsewhen(io.msm.result, () =>
          state.goto('RESULT'),
        );
      },
      RESULT: () => {
        const bad = badElements();
        summed.next(bad.not());
        m.when(bad, () => state.goto('FAIL'))
          .elsewhen(flagOf(now, 'STORE_RESULT'), () => state.goto('WRITE'))
          .otherwise(finish);
      },
      WRITE: () => m.when(io.writes.ready, () => state.goto('STORE')),
      FAIL: () => {
        const quiet = anyOf([io.reading, io.transfer.busy, io.msm.busy]).not();
        m.when(quiet, () => state.goto('STOPPED'));
      },
      STOPPED: () => {
        m.when(io.clear, () => {
          failures.next(0);
          state.goto('IDLE');
        });
      },
    });
    return io;
  },
  { doc: 'ZK-Flex: carries out commands in order.' },
);

const beatBits = (p: ZkFlexParams): number => bitsFor(mostBeats(elementParamsOf(p)));

/** A scalar has a beat at least, and no more than the widest element. */
function scalarFits(beats: Signal, p: ZkFlexParams): Bit {
  return beats.ne(0).and(beats.le(mostBeats(elementParamsOf(p))));
}
