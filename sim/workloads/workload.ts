// SPDX-License-Identifier: Apache-2.0
import type { EngineKind } from '../../src/sim/engine.ts';

/** A job for a design: real data through the hardware, every result compared with the golden model. */
export interface Workload {
  /** Registered name of the design that it runs on. */
  readonly design: string;
  readonly name: string;
  /** One sentence for `--list`. */
  readonly doc: string;
  run(context: WorkloadContext): Promise<WorkloadReport>;
}

export interface WorkloadContext {
  /** Parsed parameters of the design. */
  readonly params: object;
  readonly engine: EngineKind;
  /** Path of a wave file to write, or null. */
  readonly wave: string | null;
  /** Folder with the data, or null for the workload's own default. */
  readonly data: string | null;
  /** How much to run (the workload says of what), or null for all. */
  readonly limit: number | null;
  /** Steps of a loop to run, first .. last - 1, or null for the workload's own default. */
  readonly steps: readonly [first: number, last: number] | null;
  /** Which part of the work to run, or null for all of it. */
  readonly part: string | null;
  /** Folder for pictures, or null for none. */
  readonly out: string | null;
  /** Called now and then: share of the work done, in 0 .. 1, and what is being done. */
  readonly progress: (done: number, what: string) => void;
}

export interface WorkloadReport {
  /** Every result equals the golden model's. */
  readonly ok: boolean;
  /** What differed first, when something did. */
  readonly difference: string | null;
  /** Results compared. */
  readonly compared: number;
  readonly cycles: number;
  /** Seconds of the whole run, the golden model included. */
  readonly seconds: number;
  /** Tables to print; also the JSON result. */
  readonly tables: readonly WorkloadTable[];
}

export interface WorkloadTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}
