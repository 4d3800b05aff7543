// SPDX-License-Identifier: Apache-2.0
import type { PortSet } from '../port-set.ts';

/** The command stream and the status of a unit (`unitPorts`), one command at a time. */
export class CommandPort {
  /** Cycle in which the last command was taken, and in which it was done; -1: not yet. */
  taken = -1;
  ended = -1;
  #waits = false;

  constructor(
    readonly name: string,
    readonly ports: PortSet,
    /** What the names of its ports begin with. */
    readonly prefix = `${name}_`,
  ) {}

  /** Whether a command can be given: none waits or is carried out. */
  get idle(): boolean {
    return !this.#waits && (this.taken < 0 || this.ended >= 0);
  }

  /** Cycles from the last command's transfer to its `done`. */
  get cycles(): number {
    return this.ended - this.taken;
  }

  give(fields: Readonly<Record<string, number>>): void {
    for (const [field, value] of Object.entries(fields)) this.ports.set(`${this.prefix}cmd_payload_${field}`, value);
    this.#waits = true;
    this.taken = this.ended = -1;
  }

  drive(): void {
    this.ports.set(`${this.prefix}cmd_valid`, Number(this.#waits));
  }

  /** Looks at the settled ports of cycle `now`. @throws when the unit refuses the command. */
  sample(now: number): void {
    const { name, ports, prefix } = this;
    if (this.taken >= 0 && this.ended < 0 && ports.isHigh(`${prefix}done`)) {
      if (ports.isHigh(`${prefix}refused`)) throw new Error(`${name} refuses the command`);
      this.ended = now;
    }
    if (this.#waits && ports.isHigh(`${prefix}cmd_ready`)) {
      this.#waits = false;
      this.taken = now;
    }
  }
}
