// SPDX-License-Identifier: Apache-2.0
import type { EngineEvent } from './engine.ts';
import type { Machine } from './machine.ts';
import { RING_ENTRIES } from './memory-map.ts';

const none: readonly EngineEvent[] = [];

/** Takes the recorded check failures out of the machine. `firstCycle` is the cycle of step 0 of the last run. */
export function drainRing(machine: Machine, firstCycle: number): readonly EngineEvent[] {
  const { flat, map } = machine;
  const all = machine.words();
  const count = all[map.ring / 4]!;
  if (count === 0) return none;
  const words = all.subarray(map.ring / 4, map.ring / 4 + 2 + 2 * RING_ENTRIES);
  const events: EngineEvent[] = [];
  for (let i = 0; i < Math.min(count, RING_ENTRIES); i++) {
    const check = flat.checks[words[2 + 2 * i]!]!;
    const cycle = firstCycle + words[3 + 2 * i]!;
    const instance = instancePath(flat.top, check.instance);
    const kind = check.kind === 'assert' || check.kind === 'assume' ? check.kind : 'message';
    events.push({ kind, name: check.name, instance, cycle, text: check.text });
  }
  if (count > RING_ENTRIES) {
    const text = `${count - RING_ENTRIES} more failures in the same run are not listed.`;
    events.push({ kind: 'message', name: 'events', instance: flat.top, cycle: events.at(-1)!.cycle, text });
  }
  words[0] = 0;
  return events;
}

export function instancePath(top: string, local: string): string {
  return local === '' ? top : `${top}.${local}`;
}
