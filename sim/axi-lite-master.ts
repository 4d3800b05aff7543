// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../src/sim/engine.ts';
import { BusPorts } from './axi4-slots.ts';
import type { CycleLoop, Participant } from './cycle-loop.ts';

interface Access {
  readonly write: boolean;
  readonly address: number;
  readonly data: number;
}

const names = [
  ...(['awaddr', 'awvalid', 'awready', 'wdata', 'wstrb', 'wvalid', 'wready', 'bresp', 'bvalid', 'bready'] as const),
  ...(['araddr', 'arvalid', 'arready', 'rdata', 'rresp', 'rvalid', 'rready'] as const),
] as const;
type Places = Readonly<Record<(typeof names)[number], number>>;

/**
 * Software on the AXI4-Lite port of a design, one access at a time: `write` and `read` run the loop until the response is
 * there. Whatever else takes part in the loop goes on meanwhile.
 */
export class AxiLiteMaster implements Participant {
  readonly #loop: CycleLoop;
  readonly #at: Places;
  #access: Access | null = null;
  #addressDone = false;
  #dataDone = false;
  #result = { data: 0, response: 0 };

  constructor(loop: CycleLoop, engine: Engine, prefix = 's_axil') {
    const ports = new BusPorts(engine.ports, prefix);
    this.#at = Object.fromEntries(names.map((name) => [name, ports.at(name)])) as Places;
    this.#loop = loop;
    loop.add(this);
  }

  /** Writes a register of 32 bits; an answer other than OKAY is an error unless it is expected. */
  write(address: number, data: number, response = 0): void {
    this.#run({ write: true, address, data }, response);
  }

  read(address: number, response = 0): number {
    return this.#run({ write: false, address, data: 0 }, response);
  }

  #run(access: Access, response: number): number {
    this.#access = access;
    this.#addressDone = false;
    this.#dataDone = !access.write;
    this.#loop.until(() => this.#access === null, 1000, 'a response on AXI4-Lite');
    if (this.#result.response !== response) {
      const what = `${access.write ? 'write' : 'read'} of register ${access.address}`;
      throw new Error(`${what}: response ${this.#result.response}, expected ${response}`);
    }
    return this.#result.data;
  }

  drive(io: Uint32Array): void {
    const at = this.#at;
    const access = this.#access;
    const isWrite = access?.write === true;
    io[at.awvalid] = isWrite && !this.#addressDone ? 1 : 0;
    io[at.wvalid] = isWrite && !this.#dataDone ? 1 : 0;
    io[at.arvalid] = access !== null && !isWrite && !this.#addressDone ? 1 : 0;
    io[at.bready] = 1;
    io[at.rready] = 1;
    if (access === null) return;
    io[isWrite ? at.awaddr : at.araddr] = access.address;
    io[at.wdata] = access.data >>> 0;
    io[at.wstrb] = 15;
  }

  sample(io: Uint32Array): void {
    const access = this.#access;
    if (access === null) return;
    const at = this.#at;
    const is = (name: keyof Places): boolean => io[at[name]] === 1;
    if (access.write) {
      this.#addressDone ||= is('awvalid') && is('awready');
      this.#dataDone ||= is('wvalid') && is('wready');
    } else this.#addressDone ||= is('arvalid') && is('arready');
    if (!is(access.write ? 'bvalid' : 'rvalid')) return;
    this.#result = { data: io[at.rdata]!, response: io[access.write ? at.bresp : at.rresp]! };
    this.#access = null;
  }
}
