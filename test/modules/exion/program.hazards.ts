// SPDX-License-Identifier: Apache-2.0
import type { Access, Space } from '../../../src/modules/exion/golden/machine/state.ts';
import { type Command, ops } from '../../../src/modules/exion/isa.ts';
import type { Program } from '../../../src/modules/exion/program/index.ts';
import { unitOf } from '../../../src/modules/exion/program/units.ts';
import { runProgram } from './program.observe.ts';

/** Elements of memories are followed in cells; only DRAM is followed in larger ones. */
const cellBytes = 64;

/** What has touched a cell: number of the last command that wrote it and its unit, and of the last reads of each unit. */
interface Cell {
  writer: number;
  unit: number;
  readonly readers: Int32Array;
}

/** A number for each unit: commands of that unit up to this one are complete. */
type Clock = Int32Array;

/** Commands that have a buffer: clocks of the last completed read and write in each unit. */
interface Buffer {
  readonly reads: Map<number, Clock>;
  readonly writes: Map<number, Clock>;
}

export interface HazardReport {
  /** Pairs of commands of different units that touch the same place, one of them writing, checked. */
  readonly pairs: number;
  /** Descriptions of those that nothing keeps apart. */
  readonly faults: readonly string[];
}

/**
 * Replays a program and checks that no two commands that could be in flight at the same time meet in a memory. Only what the hardware
 * promises is used: a unit works in order, a command waits for those in flight that have one of its buffers (unless both read), FENCE waits
 * for all. That commands are issued in order is not used. LD and ST count as different units.
 */
export function checkHazards(program: Program, mostFaults = 5): HazardReport {
  const { cores } = program.target;
  const unitCount = 2 + 5 * cores;
  const buffers = new Map<string, Buffer>();
  const ofUnit = Array.from({ length: unitCount }, () => new Int32Array(unitCount));
  const cells = new Map<string, Cell>();
  const faults: string[] = [];
  let fence: Clock = new Int32Array(unitCount);
  let start: Clock = fence;
  let sequence = 0;
  let current = 0;
  let command: Command = { op: ops.FENCE };
  let pairs = 0;

  const unitsOfCommand = (c: Command): number[] => {
    if (c.op === ops.LD || c.op === ops.ST) return [c.op === ops.LD ? 0 : 1];
    const unit = ['loader', 'sdue', 'cau', 'epre', 'cfse'].indexOf(unitOf(c.op)!);
    return coresOf(c).map((core) => 2 + 5 * core + unit);
  };
  const coresOf = (c: Command): number[] =>
    c.all === 1 ? Array.from({ length: cores }, (_, core) => core) : [c.core ?? 0];
  const buffersOf = (c: Command, bits = 0): Buffer[] => {
    const keys: string[] = [];
    for (let bit = 0; bit < 32; bit++) {
      if (((bits >>> bit) & 1) === 0) continue;
      keys.push(...(bit >= 24 ? [`shared${bit}`] : coresOf(c).map((core) => `core${core}.${bit}`)));
    }
    return keys.map((key) => {
      const found = buffers.get(key) ?? { reads: new Map<number, Clock>(), writes: new Map<number, Clock>() };
      buffers.set(key, found);
      return found;
    });
  };
  const merge = (into: Clock, from: Clock): void => {
    for (let u = 0; u < unitCount; u++) if (from[u]! > into[u]!) into[u] = from[u]!;
  };

  const begin = (c: Command): void => {
    sequence++;
    if (c.op === ops.FENCE) {
      fence = new Int32Array(unitCount).fill(sequence);
      return;
    }
    if (unitOf(c.op) === null) return;
    start = fence.slice();
    const own = unitsOfCommand(c);
    for (const unit of own) merge(start, ofUnit[unit]!);
    for (const { writes } of buffersOf(c, (c.reads ?? 0) | (c.writes ?? 0))) {
      for (const clock of writes.values()) merge(start, clock);
    }
    for (const { reads } of buffersOf(c, c.writes)) for (const clock of reads.values()) merge(start, clock);
    const done = start.slice();
    for (const unit of own) done[unit] = sequence;
    for (const unit of own) ofUnit[unit] = done;
    for (const { reads } of buffersOf(c, c.reads)) for (const unit of own) reads.set(unit, done);
    for (const { writes } of buffersOf(c, c.writes)) for (const unit of own) writes.set(unit, done);
  };

  const touch = ({ core, space, from, to, write }: Access): void => {
    const units = unitsOfCommand(command);
    const unit = units.find((u) => u >= 2 && Math.floor((u - 2) / 5) === core) ?? units[0]!;
    const unitCells = space === 'dram' ? cellBytes : 1;
    const owner = shared.has(space) ? '' : core;
    const meet = (other: number, number: number, at: number): void => {
      if (number === 0 || number === sequence || other === unit) return;
      pairs++;
      if (start[other]! >= number || faults.length >= mostFaults) return;
      faults.push(`command ${current} meets an earlier one of unit ${other} at ${space} ${at}: ${describe(command)}`);
    };
    for (let at = Math.floor(from / unitCells); at * unitCells < to; at++) {
      const key = `${space}${owner}:${at}`;
      let cell = cells.get(key);
      if (cell === undefined) cells.set(key, (cell = { writer: 0, unit: 0, readers: new Int32Array(unitCount) }));
      meet(cell.unit, cell.writer, at);
      if (!write) {
        cell.readers[unit] = sequence;
        continue;
      }
      for (let other = 0; other < unitCount; other++) meet(other, cell.readers[other]!, at);
      cell.readers.fill(0);
      [cell.writer, cell.unit] = [sequence, unit];
    }
  };

  runProgram(program, {
    onCommand(index) {
      current = index;
      command = program.commands[index]!.command;
      begin(command);
    },
    onAccess: touch,
  });
  return { pairs, faults };
}

/** Memories of which there is one, whatever the number of cores. */
const shared: ReadonlySet<Space> = new Set(['dram', 'scratch']);

function describe(command: Command): string {
  return Object.entries(command)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
