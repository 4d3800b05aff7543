// SPDX-License-Identifier: Apache-2.0

/** A question that the hardware answers, with what the paper says beside it. */
export interface Experiment {
  readonly system: string;
  /** Number in the paper file's table, or a later one. */
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
  /** What the reader of the page should know of the figures, a paragraph each. */
  readonly notes?: readonly string[];
  readonly plot: Plot;
}

export interface Finding {
  readonly text: string;
  readonly holds: boolean | null;
  /** Why a criterion of the paper file is known to be missed: the verdict is printed, and the command does not fail for it. */
  readonly missed?: string;
}

/** Whether a finding is one that the command fails for. */
export function fails({ holds, missed }: Finding): boolean {
  return holds === false && missed === undefined;
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

/** Values of seeds: mean, standard deviation of a single one, least and most. */
export interface Measured {
  readonly values: readonly number[];
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
}

export function measured(values: readonly number[]): Measured {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { values, mean, deviation, least: Math.min(...values), most: Math.max(...values) };
}

/** A figure of the paper file's own model, or the two ends of a range. */
export type Figure = number | readonly [least: number, most: number];

/**
 * Compares with a figure of the paper file's model: it holds when the mean over our seeds is within 0.02 of it, or within 3 % of it where that
 * is more.
 */
export function near(
  what: string,
  { values, mean, deviation }: Measured,
  expected: Figure,
  tolerance?: number,
): Finding {
  const [least, most] = typeof expected === 'number' ? [expected, expected] : expected;
  const within = tolerance ?? Math.max(0.02, 0.03 * most);
  const printed = least === most ? figure(least) : `${figure(least)} to ${figure(most)}`;
  const text = `${what}: ${figure(mean)} (${values.length} seeds, standard deviation ${figure(deviation)}), model ${printed} +- ${figure(within)}`;
  return { text, holds: mean >= least - within && mean <= most + within };
}

/** Percent of the values that are below a figure, values equal to it counted half. */
export function percentile({ values }: Measured, of: number): number {
  const below = values.reduce((sum, value) => sum + (value < of ? 1 : value === of ? 0.5 : 0), 0);
  return (100 * below) / values.length;
}

export function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
