// SPDX-License-Identifier: Apache-2.0
import type { EngineEvent, EngineKind } from '../../src/sim/engine.ts';
import { EngineError } from '../protocol/errors.ts';
import { openResolved, type OpenOptions } from '../open.ts';
import { resolveTarget, type Resolved, type Target } from '../target.ts';
import { Dut } from './dut.ts';
import { chooseSeed, Random } from './random.ts';
import { Recorder } from './recorder.ts';
import { finishWave, type WaveFile, waveFile, type WaveMode, waveOfFailure } from './wave.ts';

export interface SimulateOptions extends OpenOptions {
  readonly engine?: EngineKind;
  /** Of `dut.random`; 1 by default. KILN_SEED wins. */
  readonly seed?: number;
  /** Cycles after which the test has failed; 1,000,000 by default. */
  readonly timeoutCycles?: number;
  /** A path writes waves of the whole run; `on-failure` (the default) repeats a failed run with waves. */
  readonly wave?: WaveMode;
  /** Cycles before the failure that `on-failure` writes; 5,000 by default. */
  readonly waveCycles?: number;
  /** Check the handshake laws of all source streams; on by default. */
  readonly checkStreams?: boolean;
  /** `fail` (the default) ends the test at the first property failure, `collect` keeps them in `dut.events`. */
  readonly onAssert?: 'fail' | 'collect';
  /** Where the design's $display texts go; stdout by default. */
  readonly log?: (text: string) => void;
}

export interface SimulationReport {
  readonly cycles: number;
  readonly seed: number;
  readonly engine: EngineKind;
  readonly events: readonly EngineEvent[];
}

/**
 * Runs a test on a design: opens the engine, calls `test` with the design under test, closes. A failure is thrown with the
 * seed, the cycle and the wave file in its message.
 *
 * ```ts
 * await simulate(counter({ width: 8 }), { engine: 'verilator' }, async (dut) => {
 *   await dut.reset();
 *   dut.in.enable.value = 1;
 *   await dut.cycle(3);
 *   expect(dut.out.count.value).toBe(3);
 * });
 * ```
 */
export async function simulate<I>(
  target: Target<I>,
  options: SimulateOptions,
  test: (dut: Dut<I>) => Promise<void> | void,
): Promise<SimulationReport> {
  const resolved = resolveTarget(target);
  const seed = chooseSeed(options.seed);
  const wave = options.wave ?? 'on-failure';
  const file = waveFile(wave);
  const engine = await openResolved(resolved, { ...options, traced: file !== null });
  const recorder = wave === 'on-failure' ? new Recorder(resolved.source.layout) : null;
  try {
    if (file !== null) engine.waveOn(file.vcd);
    const { promise: failed, reject: fail } = rejection();
    const dut = new Dut<I>({
      engine,
      layout: resolved.source.layout,
      paths: resolved.paths,
      random: new Random(seed),
      timeoutCycles: options.timeoutCycles ?? 1_000_000,
      recorder,
      checkStreams: options.checkStreams ?? true,
      onAssert: options.onAssert ?? 'fail',
      log: options.log ?? ((text) => console.log(text)),
      fail,
    });
    try {
      await Promise.race([failed, (async () => test(dut))()]);
      dut.finish();
    } finally {
      dut.abandon();
    }
    return { cycles: engine.cycle, seed, engine: engine.kind, events: dut.events };
  } catch (error) {
    throw await withContext(error, resolved, options, { seed, cycle: engine.cycle, file, recorder, io: engine.io });
  } finally {
    engine.close();
    if (file !== null) await finishWave(file);
  }
}

function rejection(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, no) => {
    reject = no;
  });
  promise.catch(() => undefined); // a failure after the end of the test is nobody's business
  return { promise, reject };
}

interface Failure {
  readonly seed: number;
  readonly cycle: number;
  readonly file: WaveFile | null;
  readonly recorder: Recorder | null;
  readonly io: Uint32Array;
}

/** The same error, so that a test runner still shows its diff, with what is needed to look into it. */
async function withContext(
  error: unknown,
  resolved: Resolved,
  options: SimulateOptions,
  failure: Failure,
): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  const { seed, cycle } = failure;
  const lines = [`in cycle ${cycle} of ${resolved.source.top}, seed ${seed} (KILN_SEED=${seed} repeats it)`];
  if (failure.file !== null) lines.push(`waves: ${failure.file.fst ?? failure.file.vcd}`);
  const engineBroke = error instanceof EngineError && error.fault !== 'stopped';
  if (failure.recorder !== null && !engineBroke)
    lines.push(await waveOfFailure(resolved, options, failure.recorder, failure));
  const { message: before, stack } = error; // the stack is put into words when it is first read
  error.message = [before, ...lines.map((line) => `  ${line}`)].join('\n');
  if (stack?.includes(before) === true) error.stack = stack.replace(before, () => error.message);
  return error;
}
