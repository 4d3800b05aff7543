// SPDX-License-Identifier: Apache-2.0
import type { QuantisedNetwork, SparsitySettings } from '../../../src/modules/exion/dit/quantised.types.ts';
import { denoise } from '../../../src/modules/exion/golden/denoise.ts';
import { type MachineOptions, GoldenMachine } from '../../../src/modules/exion/golden/machine/machine.ts';
import type { NetworkProgram, Program } from '../../../src/modules/exion/program/index.ts';
import type { Made } from '../../../src/modules/exion/program/emitter.ts';

/** A tensor as it was made: row-major, as many rows as tokens. */
export interface Observed {
  readonly rows: number;
  readonly columns: number;
  readonly values: Int32Array;
}

/** Runs a program on the golden machine and copies the parts of tensors when they are made. */
export function runProgram(
  program: Program,
  {
    firstIteration = 0,
    ...options
  }: Partial<Pick<MachineOptions, 'onAccess' | 'onCommand'>> & { readonly firstIteration?: number } = {},
  seen?: (iteration: number, tensor: string, observed: Observed) => void,
): { machine: GoldenMachine; dram: Uint8Array } {
  const { target, commands, plan } = program;
  const dram = program.dram.slice();
  const columns = columnsOfTensors(commands);
  let machine: GoldenMachine | null = null;
  let open = new Map<string, Observed>();
  let iteration = 0;
  let last: number | null = null;
  const flush = (): void => {
    for (const [tensor, observed] of open) seen?.(iteration, tensor, observed);
    open = new Map();
  };
  const look = (index: number): void => {
    const { made, command } = commands[index]!;
    for (const part of made) {
      let observed = open.get(part.tensor);
      if (observed === undefined) {
        const width = columns.get(part.tensor)!;
        observed = { rows: plan.tokens, columns: width, values: new Int32Array(plan.tokens * width) };
        open.set(part.tensor, observed);
      }
      copyPart(machine!, target.params.size, part, observed, command.core ?? 0);
    }
  };
  machine = new GoldenMachine({
    ...options,
    params: target.params,
    scratchWords: target.scratchWords,
    cores: target.cores,
    dram,
    onCommand(index, command, at) {
      if (seen !== undefined && last !== null) look(last);
      if (at !== iteration) flush();
      iteration = at;
      last = index;
      options.onCommand?.(index, command, at);
    },
  });
  machine.run(program.entry, firstIteration);
  flush();
  return { machine, dram };
}

/** Columns of each tensor that the commands make parts of. */
function columnsOfTensors(commands: Program['commands']): Map<string, number> {
  const columns = new Map<string, number>();
  for (const part of commands.flatMap(({ made }) => made)) {
    columns.set(part.tensor, Math.max(columns.get(part.tensor) ?? 0, part.column + part.columns));
  }
  return columns;
}

function copyPart(machine: GoldenMachine, size: number, part: Made, observed: Observed, core: number): void {
  const { int8, int16, int32 } = machine.scratch;
  const element = (c: number, i: number): number => {
    if (part.memory === 'omem') return machine.cores[core]!.omem[(part.from + c) * size + i]!;
    if (part.memory === 'mask') return machine.cores[core]!.mask.bits[(part.from + c) * size + i]!;
    if (part.bits === 8) return int8[4 * size * part.from + c * size + i]!;
    if (part.bits === 16) return int16[2 * size * part.from + c * size + i]!;
    return int32[size * part.from + c * size + i]!;
  };
  for (let i = 0; i < size && part.tile * size + i < observed.rows; i++) {
    const row = (part.tile * size + i) * observed.columns;
    for (let c = 0; c < part.columns; c++) observed.values[row + part.column + c] = element(c, i);
  }
}

/** Tensors of the golden algorithm in one iteration, by the names of the program; `known` says which elements are computed at all. */
interface Expected {
  readonly values: ArrayLike<number>;
  readonly known?: (element: number) => boolean;
}

/** Runs the golden algorithm and keeps all tensors that programs make: [iteration][tensor]. */
export function goldenTensors(
  network: QuantisedNetwork,
  label: number,
  noise: Int16Array,
  settings: SparsitySettings,
  steps: number,
  cores: number,
): { tensors: Map<string, Expected>[]; image: Int16Array } {
  const { tokens: T, width, heads } = network.shape;
  const tensors = Array.from({ length: steps }, () => new Map<string, Expected>());
  const channels = width / heads;
  const image = denoise(network, label, noise, settings, {
    steps,
    observer: {
      embedding({ step }, { input, x }) {
        tensors[step]!.set('input', { values: input.slice() }).set('x', { values: x.slice() });
      },
      image({ step }, { xn, image: state }) {
        tensors[step]!.set('xn', { values: xn.slice() }).set('image', { values: state.slice() });
      },
      block({ step, dense, block }, t) {
        const put = (name: string, values: ArrayLike<number>, known?: Expected['known']): void =>
          void tensors[step]!.set(`block${block}.${name}`, known === undefined ? { values } : { values, known });
        const queryRows = t.queryRows.slice();
        const keyRows = t.keyRows.slice();
        const row = (of: Uint8Array) => (e: number) => {
          const [token, head] = [Math.floor(e / width), Math.floor((e % width) / channels)];
          return of[head * T + token] === 1;
        };
        put('xn1', t.xn1.slice());
        put('value', t.value.slice());
        put('predictedQuery', t.predictedQuery.slice());
        put('predictedKey', t.predictedKey.slice());
        put('query', t.query.slice(), row(queryRows));
        put('key', t.key.slice(), row(keyRows));
        put('mix', t.mix.slice());
        put('afterAttention', t.afterAttention.slice());
        put('xn2', t.xn2.slice());
        put('hidden', t.hidden.slice());
        put('afterFfn', t.afterFfn.slice());
        put(dense ? 'product' : 'recomputed', t.product.slice());
        if (dense) {
          put('mask', t.mask.slice());
          put('recomputed', t.recomputed.slice());
          put('reused', t.reused.slice());
        }
        for (let g = 0; g < heads; g++) {
          const square = <A extends Int8Array | Uint8Array | Int32Array>(of: A): A =>
            of.slice(g * T * T, (g + 1) * T * T) as A;
          const kept = square(t.kept);
          put(`head${g}.kept`, kept);
          put(`head${g}.queryRows`, queryRows.slice(g * T, (g + 1) * T));
          // With several cores each knows the keys of its own rows.
          if (cores === 1) put(`head${g}.keyRows`, keyRows.slice(g * T, (g + 1) * T));
          put(`head${g}.probabilities`, square(t.probabilities));
          put(`head${g}.scores`, square(t.scores), (e) => kept[e] === 1 && queryRows[g * T + Math.floor(e / T)] === 1);
        }
      },
    },
  });
  return { tensors, image };
}

/** Runs the program and compares every tensor of every iteration with the golden algorithm; how many tensors there were. */
export function compareWithGolden(
  program: NetworkProgram,
  network: QuantisedNetwork,
  job: { label: number; noise: Int16Array; settings: SparsitySettings },
  options: Partial<Pick<MachineOptions, 'onAccess' | 'onCommand'>> = {},
): { tensors: number; image: Int16Array } {
  const { steps, target } = program;
  const golden = goldenTensors(network, job.label, job.noise, job.settings, steps, target.cores);
  let count = 0;
  const { dram } = runProgram(program, options, (iteration, tensor, { values }) => {
    const expected = golden.tensors[iteration]!.get(tensor);
    if (expected === undefined) return;
    count++;
    for (let e = 0; e < expected.values.length; e++) {
      if (expected.known?.(e) === false || values[e] === expected.values[e]) continue;
      throw new Error(`${tensor}, iteration ${iteration}, element ${e}: ${values[e]}, expected ${expected.values[e]}`);
    }
  });
  const image = program.imageOf(dram);
  image.forEach((value, e) => {
    if (value !== golden.image[e]) throw new Error(`image, element ${e}: ${value}, expected ${golden.image[e]}`);
  });
  return { tensors: count, image };
}
