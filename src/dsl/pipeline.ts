// SPDX-License-Identifier: Apache-2.0
import type { ModuleBuilder } from './builder.ts';
import { Signal, type Stage } from './signal.ts';
import type { SinkStream, SourceStream } from './stream.ts';
import { Bool, type GroundType, type Type, type UIntType } from './types.ts';
import { leavesOf, typeOfView } from './pack.ts';
import { type AnyView, makeView, type Value, type View, driveView, VecView } from './view.ts';

type Bit = Signal<UIntType<1>>;
type Values = Readonly<Record<string, AnyView>>;

export interface PipelineOptions {
  /** Stage 0 holds an item in this cycle. Without it there is no valid chain. */
  readonly valid?: Bit;
  /** All stages move when this is 1 and hold when it is 0. Without it they always move. */
  readonly advance?: Bit;
}

/**
 * Values that know their stage. `inputs` are stage 0; `regs` puts registers behind values and is one stage later; `balance` delays the earlier of
 * several values to the stage of the latest. An expression over values of two stages is an error. Data registers have no
 * reset; the valid chain is reset to 0. Latency of an output in cycles: its stage.
 */
export class Pipeline {
  readonly #m: ModuleBuilder;
  readonly #name: string;
  readonly #advance: Bit | undefined;
  readonly #valids: Bit[] = [];
  /** Delayed copies of a value by the expression that they delay: index 0 is one stage later. */
  readonly #delays = new Map<number, Signal[]>();

  constructor(m: ModuleBuilder, name: string, options: PipelineOptions) {
    this.#m = m;
    this.#name = name;
    this.#advance = options.advance;
    if (options.valid !== undefined) this.#valids.push(this.#at(options.valid, 0) as Bit);
  }

  /** Values that enter now: stage 0. */
  inputs<const S extends Values>(values: S): S {
    return this.#each(values, (signal) => this.#at(signal, 0));
  }

  /** Balances the values and registers them: one stage later, in registers `<pipeline>_<key>`. */
  regs<const S extends Values>(values: S): S {
    const ready = this.balance(values);
    const stage = this.stageOf(ready) + 1;
    return this.#registers(ready, stage, (key) => `${this.#name}_${key}`);
  }

  /** Delays the earlier values to the stage of the latest, in registers `<pipeline>_<key>_s<stage>` that are shared. */
  balance<const S extends Values>(values: S): S {
    return this.delayTo(values, this.stageOf(values));
  }

  /** Delays values to a stage. */
  delayTo<const S extends Values>(values: S, stage: number): S {
    return this.#each(values, (signal, path) => this.#delayed(signal, stage, path));
  }

  /** Balanced and free of their stage, for outputs. */
  outputs<const S extends Values>(values: S): S {
    const ready = this.balance(values);
    return this.#each(ready, (signal) => new Signal(signal.owner, signal.expr, signal.type));
  }

  /** The latest stage among values; constants and values from outside have none. */
  stageOf(values: Values): number {
    const stages = Object.values(values).flatMap((view) => leavesOf(view).map((leaf) => leaf.stage?.index ?? 0));
    return Math.max(0, ...stages);
  }

  /** One bit: the stage holds an item. Free of its stage. */
  valid(stage: number): Bit {
    if (this.#valids.length === 0) {
      this.#m.core.fault(
        'KLN-S003',
        `The pipeline ${this.#name} has no valid input.`,
        'Give the valid option to m.pipeline.',
      );
    }
    for (let s = this.#valids.length; s <= stage; s++) {
      const name = `${this.#name}_valid_s${s}`;
      const reg = this.#m.regs({ [name]: Bool.init(0) }, { ...this.#enable(), stage: this.#stage(s) })[name]!;
      reg.next(this.#valids[s - 1]!);
      this.#valids.push(reg);
    }
    const at = this.#valids[stage]!;
    return new Signal(at.owner, at.expr, at.type);
  }

  #stage(index: number): Stage {
    return { pipeline: this.#name, index };
  }

  #enable(): { enable?: Bit } {
    return this.#advance !== undefined ? { enable: this.#advance } : {};
  }

  #at(signal: Signal, index: number): Signal {
    return new Signal(signal.owner, signal.expr, signal.type, this.#stage(index));
  }

  #registers<const S extends Values>(values: S, stage: number, nameOf: (key: string) => string): S {
    const made = Object.entries(values).map(([key, view]) => {
      const name = nameOf(key);
      const type: Type = typeOfView(view);
      const reg = this.#m.regs({ [name]: type }, { ...this.#enable(), stage: this.#stage(stage) })[name]!;
      driveView(type, reg, view);
      return [key, reg] as const;
    });
    return Object.fromEntries(made) as unknown as S;
  }

  #delayed(signal: Signal, stage: number, path: readonly string[]): Signal {
    if (signal.expr.kind === 'const') return signal;
    const from = signal.stage?.index ?? 0;
    if (from > stage) {
      const text = `${signal.describe()} is in stage ${from} of ${this.#name} and cannot go back to stage ${stage}.`;
      this.#m.core.fault('KLN-S004', text, 'Delay the other values, or compute this one earlier.');
    }
    const chain = this.#delays.get(signal.expr.id) ?? [];
    this.#delays.set(signal.expr.id, chain);
    let last = this.#at(signal, from);
    for (let s = from + 1; s <= stage; s++) {
      const known = chain[s - from - 1];
      if (known !== undefined) last = known;
      else {
        const name = `${path.join('_')}_s${s}`;
        last = this.#registers({ [name]: last }, s, (key) => `${this.#name}_${key}`)[name] as Signal;
        chain.push(last);
      }
    }
    return last;
  }

  #each<const S extends Values>(values: S, change: (signal: Signal, path: readonly string[]) => Signal): S {
    const changed = Object.entries(values).map(([key, view]) => [key, mapLeaves(view, [key], change)] as const);
    return Object.fromEntries(changed) as unknown as S;
  }
}

/** The same view with other signals. */
function mapLeaves(
  view: AnyView,
  path: readonly string[],
  change: (signal: Signal, path: readonly string[]) => Signal,
): AnyView {
  const leaves = new Map<string, Signal>();
  const walk = (part: AnyView, at: readonly string[]): void => {
    if (part instanceof Signal) leaves.set(at.join('_'), part);
    else if (part instanceof VecView) part.elements.forEach((element, i) => walk(element, [...at, String(i)]));
    else
      for (const [name, field] of Object.entries(part as Readonly<Record<string, AnyView>>)) walk(field, [...at, name]);
  };
  walk(view, path);
  return makeView(typeOfView(view), path, (_type: GroundType, at) => change(leaves.get(at.join('_'))!, at));
}

/**
 * A pipeline between two streams. `describe` gets the pipeline and the payload in stage 0 and returns the payload of the output in some
 * stage. All stages move together unless the last one holds an item that is not taken, so `in.ready` depends combinationally on
 * `out.ready` (cut it with a skid buffer); valid never depends on ready. Throughput one item a cycle, latency the stage of the result.
 */
export function streamPipeline<A extends Type, B extends Type>(
  m: ModuleBuilder,
  name: string,
  from: SinkStream<A>,
  to: SourceStream<B>,
  describe: (pipeline: Pipeline, payload: View<A>) => View<B>,
): void {
  const advanceName = `${name}_advance`;
  const advance = m.wires({ [advanceName]: Bool })[advanceName]!;
  const pipeline = m.pipeline(name, { valid: from.valid, advance });
  const entered = pipeline.inputs({ payload: from.payload });
  const result = describe(pipeline, entered.payload as unknown as View<A>) as unknown as AnyView;
  const stage = pipeline.stageOf({ result });
  const { result: out } = pipeline.outputs({ result });
  const valid = pipeline.valid(stage);
  // With no register between them the two handshakes are one.
  advance.assign(stage === 0 ? to.ready : to.ready.or(valid.not()));
  from.ready.assign(advance);
  to.offer(valid, out as unknown as Value<B>);
}
