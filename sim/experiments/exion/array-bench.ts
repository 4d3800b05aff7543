// SPDX-License-Identifier: Apache-2.0
import type { BlockCall } from '../../../src/dsl/index.ts';
import type { ExionCoreParams } from '../../../src/modules/exion/core.params.ts';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import {
  gemm,
  type GemmCommand,
  type GemmMemories,
  type GemmResult,
  type GemmShape,
  type GemmSources,
} from '../../../src/modules/exion/golden/sdue.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { flags, gemmKinds } from '../../../src/modules/exion/isa.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { openEngine } from '../../open.ts';
import { PortSet, wordsOf } from '../port-set.ts';
import { CommandPort } from './command-port.ts';

/** A GEMM and the map or chunk buffer that it names. */
export type ArrayCommand = GemmCommand & { readonly map?: number };

/** Drives a design with the array unit of a core in it: ports `sdue`, `x_write`, `w_write` and `omem`. */
export abstract class ArrayBench {
  readonly p: ExionCoreParams;
  readonly ports: PortSet;
  readonly sdue: CommandPort;
  /** What the operand memories hold, and what OMEM must hold. */
  readonly memories: GemmMemories;
  now = 0;
  protected readonly engine: Engine;

  protected constructor(engine: Engine, p: ExionCoreParams) {
    this.engine = engine;
    this.p = p;
    this.ports = new PortSet(engine);
    this.sdue = new CommandPort('sdue', this.ports);
    const rows = Array.from({ length: p.size }, (_, i) => i);
    this.memories = {
      imem: rows.map(() => new Int8Array(inputWords(p) * p.lanes)),
      wmem: rows.map(() => new Int8Array(p.weightWords * p.lanes)),
      omem: rows.map(() => new Int32Array(p.columns)),
    };
    engine.io.fill(0);
    this.ports.set('rst', 1);
    engine.step(3);
    this.ports.set('rst', 0);
    engine.takeEvents();
  }

  protected static open(design: BlockCall): Promise<Engine> {
    return openEngine(design);
  }

  close(): void {
    this.engine.close();
  }

  /** One clock cycle. @throws when a property of the design fails. */
  cycle(): void {
    this.drive();
    this.engine.settle();
    this.sample();
    this.engine.step();
    this.now++;
    const [event] = this.engine.takeEvents();
    if (event !== undefined) throw new Error(`cycle ${this.now}: ${event.instance} ${event.name}: ${event.text}`);
  }

  until(condition: () => boolean, what: string, most = 200_000): void {
    for (let i = 0; !condition(); i++) {
      if (i === most) throw new Error(`${what}: not after ${most} cycles`);
      this.cycle();
    }
  }

  protected drive(): void {
    this.sdue.drive();
  }

  protected sample(): void {
    this.sdue.sample(this.now);
  }

  /** Random operands, or all `value`: `inputs` words of IMEM and `weights` words of WMEM, from word 0 on. */
  fill(seed: number, inputs: number, weights: number, value?: number): void {
    const rand = random(seed);
    const code = (): number => value ?? Math.floor(255 * rand()) - 127;
    this.#write('x', this.memories.imem, inputs, code);
    this.#write('w', this.memories.wmem, weights, code);
  }

  #write(memory: 'x' | 'w', banks: readonly Int8Array[], words: number, code: () => number): void {
    const { ports } = this;
    const { size, lanes } = this.p;
    const stream = `${memory}_write`;
    ports.setWords(
      `${stream}_payload_${memory === 'x' ? 'rows' : 'lanes'}`,
      new Array(2).fill(2 ** Math.min(32, size) - 1),
    );
    ports.setWords(`${stream}_payload_bytes`, new Array(8).fill(2 ** Math.min(32, lanes) - 1));
    ports.set(`${stream}_valid`, 1);
    for (let word = 0; word < words; word++) {
      ports.set(`${stream}_payload_address`, word);
      banks.forEach((bank, i) => {
        const bytes = bank.subarray(word * lanes, (word + 1) * lanes);
        for (let b = 0; b < lanes; b++) bytes[b] = code();
        ports.setWords(`${stream}_payload_data_${i}`, wordsOf(bytes));
      });
      this.cycle();
    }
    ports.set(`${stream}_valid`, 0);
  }

  offer({ kind, auto, n, k, dst, srcA, srcB, map }: ArrayCommand): void {
    const code = { dense: gemmKinds.DENSE, osparse: gemmKinds.OSPARSE, kmerge: gemmKinds.KMERGE }[kind];
    this.sdue.give({ kind: code, flags: auto ? flags.AUTO : 0, map: map ?? 0, n, k, dst, srcA, srcB });
  }

  /** Carries out a GEMM; gives its cycles, from transfer to `done`. */
  run(command: ArrayCommand): number {
    this.offer(command);
    this.until(() => this.sdue.idle, 'GEMM');
    return this.sdue.cycles;
  }

  /** What the golden model does with a command: its cycle formula, and the contents of `memories.omem`. */
  expect(command: GemmCommand, sources: GemmSources): GemmResult {
    return gemm(this.shape, this.memories, command, sources);
  }

  get shape(): GemmShape {
    const { size, lanes, drain, placement, columns, weightWords } = this.p;
    return { size, lanes, drain, placement, columns, weightWords, inputWords: inputWords(this.p) };
  }

  /** Rows of a column of OMEM. */
  outputs(column: number): Int32Array {
    const { ports } = this;
    ports.set('omem_enable', 1);
    ports.set('omem_column', column);
    this.cycle();
    this.engine.settle();
    ports.set('omem_enable', 0);
    return Int32Array.from({ length: this.p.size }, (_, r) => ports.get(`omem_data_${r}`));
  }

  /** Reads OMEM. @throws when it is not what the golden model says. */
  checkOutputs(): void {
    for (let column = 0; column < this.p.columns; column++) {
      this.outputs(column).forEach((found, r) => {
        const expected = this.memories.omem[r]![column]!;
        if (found !== expected) throw new Error(`OMEM row ${r}, column ${column}: ${found}, expected ${expected}`);
      });
    }
  }
}
