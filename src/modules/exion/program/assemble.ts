// SPDX-License-Identifier: Apache-2.0
import { type Command, commandWords, encodeCommand } from '../isa.ts';
import type { DramImage } from './dram-image.ts';
import type { Made, Step } from './emitter.ts';
import type { Layout } from './layout.ts';
import { modesOf } from './modes.ts';
import type { Plan } from './plan.ts';
import { schedule } from './schedule.ts';
import type { StartContext } from './start.ts';
import { dramUnit, type Target } from './target.ts';

/** A command in its place, with what it is for. */
export interface ProgramCommand {
  readonly command: Command;
  readonly comment: string;
  readonly made: readonly Made[];
}

/** A program with all that the machine needs to run it. */
export interface Program {
  readonly target: Target;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly commands: readonly ProgramCommand[];
  /** Memory before the start: images of weights, parameters, inputs, room for results, and the commands. */
  readonly dram: Uint8Array;
  readonly memory: DramImage;
  /** Byte of the first command. */
  readonly entry: number;
  /** Iterations of the loop. */
  readonly steps: number;
}

/** How often the body of the program runs, and how many iterations behind each dense one are sparse. */
export interface Loop {
  readonly steps: number;
  readonly sparseIterations: number;
}

/** Puts the commands of the segments into order, gives them their buffers, and lays the program behind the data. */
export function assemble({ emitter, plan, layout, buffers, dram: memory }: StartContext, loop: Loop): Program {
  const { target } = emitter;
  const { steps, sparseIterations } = loop;
  const modes = modesOf(sparseIterations);
  const commands = emitter.segments.flatMap(({ steps: segment, end }): ProgramCommand[] => [
    ...schedule(segment, target, buffers, modes).map((step) => withBuffers(step, step.reads, step.writes)),
    ...(end === null ? [] : [withBuffers(end, 0, 0)]),
  ]);
  const words = new Uint8Array(4 * commandWords * commands.length);
  commands.forEach(({ command }, i) => {
    const encoded = encodeCommand(command);
    words.set(new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength), 4 * commandWords * i);
  });
  const entry = memory.put('program', words) * dramUnit;
  return { target, plan, layout, commands, dram: memory.bytes(), memory, entry, steps };
}

function withBuffers({ command, comment, made }: Step, reads: number, writes: number): ProgramCommand {
  return { command: { ...command, reads, writes }, comment, made };
}
