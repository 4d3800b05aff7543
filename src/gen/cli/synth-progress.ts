// SPDX-License-Identifier: Apache-2.0
import { SingleBar } from 'cli-progress';
import type { SynthProgress } from '../synth/synthesize.ts';

/** Runs that take longer are worth a line of their own. */
const SLOW = 10;

export function slowLine(what: string, seconds: number): void {
  if (seconds > SLOW) process.stderr.write(`${what}: ${seconds.toFixed(0)} s\n`);
}

/** On a terminal a bar, elsewhere only a line for what was slow; both to stderr. */
export function synthProgress(): SynthProgress {
  const terminal = process.stderr.isTTY;
  let bar: SingleBar | null = null;
  return {
    start(target, size) {
      if (!terminal || size === 0) return;
      bar = new SingleBar({ format: `${target} {bar} {percentage} % {what}`, hideCursor: true, clearOnComplete: true });
      bar.start(size, 0, { what: '' });
    },
    done(modules, size, seconds) {
      const what = modules.length === 1 ? modules[0]! : `${modules[0]!} and ${modules.length - 1} others`;
      bar?.increment(size, { what });
      if (!terminal) slowLine(what, seconds);
    },
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}
