// SPDX-License-Identifier: Apache-2.0

/** A question that the hardware answers, with what the paper says beside it. */
export interface Experiment {
  readonly system: string;
  /** Number in the paper file's table. */
  readonly number: number;
  /** Short name: file names and the command line. */
  readonly name: string;
  readonly title: string;
  /** What was published, or that nothing was found. */
  readonly published: string;
  /** How the figures are made. */
  readonly method: string;
  run(context: ExperimentContext): Promise<ExperimentResult>;
}

export interface ExperimentContext {
  /** Folder with recorded data, or null for the default; an experiment without need of data ignores it. */
  readonly data: string | null;
  /** Fewer seeds or steps: for tests. */
  readonly quick: boolean;
  readonly progress: (done: number, what: string) => void;
}

export type Cell = string | number;

export interface ExperimentResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What success means, and whether it was reached; null: reported only. */
  readonly findings: readonly Finding[];
  readonly plot: Plot;
}

export interface Finding {
  readonly text: string;
  readonly holds: boolean | null;
}

export type Plot = PointPlot | Timeline;

export interface PointPlot {
  readonly x: string;
  readonly y: string;
  readonly kind: 'line' | 'bar';
  readonly points: readonly PlotPoint[];
}

/** Who does what when: a row each, a bar for each span. */
export interface Timeline {
  readonly x: string;
  readonly kind: 'timeline';
  readonly spans: readonly {
    readonly row: string;
    readonly from: number;
    readonly to: number;
    readonly series: string;
  }[];
}

export interface PlotPoint {
  readonly x: Cell;
  readonly y: number;
  readonly series: string;
}

/** A mean over seeds with its spread. */
export interface Measured {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

export function measured(values: readonly number[]): Measured {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return { mean, least: Math.min(...values), most: Math.max(...values) };
}

/** A finding that compares with a model's value: it holds when the values of our seeds come within the tolerance of it. */
export function near(what: string, { mean, least, most }: Measured, expected: number, tolerance = 0.02): Finding {
  const text = `${what}: ${figure(mean)} (${figure(least)} to ${figure(most)} over seeds), model ${figure(expected)} +- ${figure(tolerance)}`;
  return { text, holds: expected >= least - tolerance && expected <= most + tolerance };
}

export function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
