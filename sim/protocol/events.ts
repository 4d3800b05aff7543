// SPDX-License-Identifier: Apache-2.0
import type { EngineEvent } from '../../src/sim/engine.ts';

/**
 * Events from what a model printed, a line each: the cycle, then either free text or one of
 *
 *     KILN-EVENT assert NAME INSTANCE MESSAGE     from the emitted Verilog
 *     KILN-STOP WHY, KILN-FINISH WHY              from the shim or test bench
 */
export function parseEvents(text: string, top: string, benchPath = ''): EngineEvent[] {
  const events: EngineEvent[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const space = line.indexOf(' ');
    const cycle = Number(line.slice(0, space));
    events.push(eventOf(line.slice(space + 1), cycle, top, benchPath));
  }
  return events;
}

const PROPERTY = /^KILN-EVENT (assert|assume) (\S+) (\S+) ?(.*)$/;
const CONTROL = /^KILN-(STOP|FINISH) (.*)$/;

function eventOf(line: string, cycle: number, top: string, benchPath: string): EngineEvent {
  const property = PROPERTY.exec(line);
  if (property !== null) {
    const [, kind, name, instance, text] = property;
    return {
      kind: kind as 'assert' | 'assume',
      name: name!,
      instance: fromTop(instance!, top, benchPath),
      cycle,
      text: text!,
    };
  }
  const control = CONTROL.exec(line);
  const name = control === null ? '' : control[1] === 'STOP' ? '$stop' : '$finish';
  return { kind: 'message', name, instance: top, cycle, text: control?.[2] ?? line };
}

/** `%m` starts at whatever stands above the top module: Verilator's TOP, or the test bench. */
function fromTop(path: string, top: string, benchPath: string): string {
  if (benchPath !== '' && (path === benchPath || path.startsWith(`${benchPath}.`))) {
    return top + path.slice(benchPath.length);
  }
  return path.startsWith('TOP.') ? path.slice(4) : path;
}

/** One line for a person. */
export function describeEvent(event: EngineEvent): string {
  const where = `in cycle ${event.cycle}, instance ${event.instance}`;
  switch (event.kind) {
    case 'assert':
      return `assertion ${event.name} failed ${where}${event.text === '' ? '' : `: ${event.text}`}`;
    case 'assume':
      return `assumption ${event.name} violated ${where}${event.text === '' ? '' : `: ${event.text}`}`;
    case 'message':
      return `cycle ${event.cycle}: ${event.text}`;
  }
}
