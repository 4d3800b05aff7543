// SPDX-License-Identifier: Apache-2.0
import { newModule, plan, type Planned, writeFunctions, writeInto } from './emit/assemble.ts';
import { type EmitContext, IN, OUT, PARAMS, STEP } from './emit/emitter.ts';
import type { Flat } from './flat/flat.ts';
import type { StreamSlot } from './engine.ts';
import type { MemoryMap } from './memory-map.ts';
import type { Block, Program } from './plan/program.ts';
import { edgeProgram, reportProgram, settleProgram } from './plan/programs.ts';
import { RECORD_BYTES, STREAM_PARAMS, writeStreamLoop } from './stream-code.ts';
import type { StreamLoop } from './stream-run.ts';
import { createMemory, instantiate, PAGE_BYTES, type WasmExports, type WasmMemory } from './wasm/host.ts';
import type { WasmModule } from './wasm/module.ts';
import { I32 } from './wasm/opcodes.ts';

type Generated = (...args: number[]) => number;

/**
 * The generated code of a design and the memory that it works on. Modules are made when first needed: the core (settle, run) at
 * once, blocks of cycles and observers later.
 */
export class Machine {
  readonly memory: WasmMemory;
  /** Addresses of the hit counters of covers. */
  readonly counters: ReadonlyMap<number, number>;
  readonly #settle: Generated;
  readonly #run: Generated;
  #block: Generated | null = null;
  readonly #streams = new Map<string, StreamLoop>();
  #words: Uint32Array<ArrayBuffer>;

  constructor(
    readonly flat: Flat,
    readonly map: MemoryMap,
    /** Adds what coverage counts to the clock edge. */
    readonly observe?: (root: Block) => void,
  ) {
    const counters = new Map<number, number>();
    flat.checks.forEach((check, index) => {
      if (check.kind === 'cover') counters.set(index, map.arena.alloc(8));
    });
    this.counters = counters;
    this.memory = createMemory(map.arena.top);
    this.#words = new Uint32Array(this.memory.buffer);
    const core = this.load((module, context) => {
      module.export('settle', writeFunctions(module, context, plan(flat, settleProgram(flat))));
      module.export('run', this.#loop(module, context, false));
    });
    this.#settle = core['settle']!;
    this.#run = core['run']!;
  }

  /** All memory as 32-bit words. Another view after memory has grown, so not to be kept. */
  words(): Uint32Array<ArrayBuffer> {
    return this.#words;
  }

  settle(domains: number): void {
    this.#settle(this.map.io, this.map.outputs, domains, 0);
  }

  /** Steps number `first` .. `last - 1`, with the inputs held. */
  run(domains: number, first: number, last: number): void {
    this.#run(this.map.io, this.map.outputs, domains, first, last);
  }

  /**
   * As `run`, with a row of inputs and a row of outputs a step, back to back. `bytes` of memory for the rows lie from the address that
   * `blockBuffer` returns; they are good until something else is loaded.
   */
  runBlock(inputs: number, outputs: number, domains: number, first: number, last: number): void {
    this.#block!(inputs, outputs, domains, first, last);
  }

  blockBuffer(bytes: number): number {
    this.#block ??= this.load((module, context) => module.export('run', this.#loop(module, context, true)))['run']!;
    return this.scratch(bytes);
  }

  /** Memory above everything that lasts, good until something else is loaded. */
  scratch(bytes: number): number {
    const start = Math.ceil(this.map.arena.top / 8) * 8;
    this.reserve(start + bytes);
    return start;
  }

  /** Sets a 32-bit word of the inputs. */
  input(offset: number, value: number): void {
    this.#words[this.map.io / 4 + offset] = value;
  }

  /** The loop that moves these streams. */
  streamLoop(drivers: readonly StreamSlot[], monitors: readonly StreamSlot[]): StreamLoop {
    const key = [...drivers, ...monitors].map((slot) => slot.name).join();
    let loop = this.#streams.get(key);
    if (!loop) this.#streams.set(key, (loop = this.#makeStreamLoop(drivers, monitors)));
    return loop;
  }

  #makeStreamLoop(drivers: readonly StreamSlot[], monitors: readonly StreamSlot[]): StreamLoop {
    const { arena, io, outputs } = this.map;
    const { inputWords, domains } = this.flat.layout;
    const record = (slot: StreamSlot) => ({ slot, record: arena.alloc(RECORD_BYTES, 8) });
    const streams = { drivers: drivers.map(record), monitors: monitors.map(record), inputWords };
    const exports = this.load((module, context) => {
      const { index, code } = module.func(STREAM_PARAMS, [I32]);
      module.export('run', index);
      const edge = this.#edge(module, context, true);
      writeStreamLoop(code, streams, () => writeInto(module, context, edge, code, index));
    });
    const run = exports['run']!;
    const all = 2 ** domains.length - 1;
    return { code: streams, run: (first, last, stop) => run(io, outputs, all, first, last, stop ? 1 : 0) };
  }

  /** Compiles further code for this memory. */
  load(write: (module: WasmModule, context: EmitContext) => void): WasmExports {
    const { module, context } = newModule(this.flat, this.map);
    write(module, context);
    this.reserve(this.map.arena.top);
    const exports = instantiate(module.encode(), this.memory);
    for (const { address, bytes } of context.constants) new Uint8Array(this.memory.buffer).set(bytes, address);
    return exports;
  }

  /** A program of its own as a function of inputs, outputs, domains and step. */
  loadProgram(program: Program): (step: number, domains: number) => void {
    const exports = this.load((module, context) =>
      module.export(program.name, writeFunctions(module, context, plan(this.flat, program))),
    );
    const { io, outputs } = this.map;
    return (step, domains) => exports[program.name]!(io, outputs, domains, step);
  }

  /** Grows the memory to hold at least this many bytes. */
  reserve(bytes: number): void {
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#words = new Uint32Array(this.memory.buffer);
  }

  #edge(module: WasmModule, context: EmitContext, outputs: boolean): Planned {
    const { flat, counters, observe } = this;
    let known: number | null = null;
    const report = (): number => (known ??= writeFunctions(module, context, plan(flat, reportProgram(flat))));
    return plan(flat, edgeProgram(flat, { outputs, report, counters, observe }));
  }

  /** A loop over the clock edge: parameters as every function, and the number of the step to stop before. */
  #loop(module: WasmModule, context: EmitContext, rows: boolean): number {
    const { flat } = this;
    const edge = this.#edge(module, context, rows);
    const { index, code } = module.func([...PARAMS, I32]);
    const last = PARAMS.length;
    code.block();
    code.loop();
    code.get(STEP);
    code.get(last);
    code.op('i32_ge_u');
    code.brIf(1);
    writeInto(module, context, edge, code, index);
    const { inputWords, outputWords } = flat.layout;
    const strides = rows
      ? ([
          [IN, 4 * inputWords],
          [OUT, 4 * outputWords],
          [STEP, 1],
        ] as const)
      : ([[STEP, 1]] as const);
    for (const [local, by] of strides) {
      code.get(local);
      code.i32(by);
      code.op('i32_add');
      code.set(local);
    }
    code.br(0);
    code.op('end');
    code.op('end');
    return index;
  }
}
