// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from './errors.ts';

/**
 * A child process that is talked to synchronously: it finds frames to read on descriptor 3 and writes its own to
 * descriptor 4. Named pipes are used because their descriptors are ours; what `spawn` makes belongs to Node's
 * event loop, which would read behind our back. They and the log are unlinked at once, so a crash leaves nothing behind.
 */
export class PipedChild {
  /** Frames to the child; non-blocking. */
  readonly toChild: number;
  /** Frames from the child; non-blocking. */
  readonly fromChild: number;
  /** The same pipe, blocking. */
  readonly fromChildBlocking: number;
  readonly #process: ChildProcess;
  /** Everything the child prints on stdout and stderr. */
  readonly #log: number;
  #closed = false;

  constructor(command: string, args: readonly string[], options: { cwd?: string } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'kiln-'));
    const open = (name: string, flags: number | string): number => openSync(join(folder, name), flags);
    try {
      const made = spawnSync('mkfifo', [join(folder, 'in'), join(folder, 'out')]);
      if (made.status !== 0) throw new EngineError('crash', 'Cannot make named pipes with mkfifo.');
      const { O_RDWR, O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
      const both = open('in', O_RDWR | O_NONBLOCK); // a writer can only be opened while there is a reader
      const childIn = open('in', O_RDONLY | O_NONBLOCK);
      this.toChild = open('in', O_WRONLY | O_NONBLOCK);
      this.fromChild = open('out', O_RDONLY | O_NONBLOCK);
      const childOut = open('out', O_WRONLY | O_NONBLOCK);
      this.fromChildBlocking = open('out', O_RDONLY);
      this.#log = open('log', 'a+');
      this.#process = spawn(command, args, {
        stdio: ['ignore', this.#log, this.#log, childIn, childOut],
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      });
      this.#process.on('error', () => undefined);
      for (const fd of [both, childIn, childOut]) closeSync(fd);
      if (this.#process.pid === undefined) {
        for (const fd of [this.toChild, this.fromChild, this.fromChildBlocking, this.#log]) closeSync(fd);
        throw new EngineError('missing', `Cannot start ${command}.`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    this.#process.unref();
    alive.add(this);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** All that the child has printed so far, from byte `from` on. */
  printed(from = 0): string {
    const size = fstatSync(this.#log).size;
    if (size <= from) return '';
    const bytes = Buffer.alloc(size - from);
    const got = readSync(this.#log, bytes, 0, bytes.length, from);
    return bytes.toString('utf8', 0, got);
  }

  /** How the process ended, as far as that can be known without going back to the event loop. */
  ending(): { exitCode: number | null; signal: string | null } {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return { exitCode, signal: signalCode };
    return endingFromProc(this.pid);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Closes the pipes, which ends a healthy child; `kill` first for any other. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    alive.delete(this);
    for (const fd of [this.toChild, this.fromChild, this.fromChildBlocking, this.#log]) closeSync(fd);
  }
}

/** Exit code of the watcher (verilator/native/host.cpp) when it had to kill a model. */
export const TIMEOUT_EXIT = 124;

/** A hung child does not notice that its pipes are gone. */
const alive = new Set<PipedChild>();
process.on('exit', () => {
  for (const child of alive) child.kill();
});

/** Linux shows the wait status of a dead child that nobody has collected yet as the last field of its stat line. */
function endingFromProc(pid: number): { exitCode: number | null; signal: string | null } {
  for (let tries = 0; tries < 2000; tries++) {
    let fields: string[];
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      fields = text
        .slice(text.lastIndexOf(')') + 2)
        .trim()
        .split(' ');
    } catch {
      break;
    }
    if (fields[0] === 'Z') {
      const status = Number(fields.at(-1));
      const signal = status & 0x7f;
      return signal === 0 ? { exitCode: status >> 8, signal: null } : { exitCode: null, signal: signalName(signal) };
    }
    sleep(1);
  }
  return { exitCode: null, signal: null };
}

function signalName(number: number): string {
  const names: Record<number, string> = {
    4: 'SIGILL',
    6: 'SIGABRT',
    8: 'SIGFPE',
    9: 'SIGKILL',
    11: 'SIGSEGV',
    15: 'SIGTERM',
  };
  return names[number] ?? `signal ${number}`;
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread; sub-millisecond values work. */
export function sleep(milliseconds: number): void {
  Atomics.wait(sleeper, 0, 0, milliseconds);
}
