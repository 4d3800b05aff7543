// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Domain, Memory, MemoryPort, ReadPort, ReadWritePort, WritePort } from '../../ir/module.ts';
import { printMemoryContents } from './memory-contents.ts';
import { printAsyncRead, printZeroBeyond } from './memory-bounds.ts';
import { edge, type ModuleContext, rangeText, remark } from './module-context.ts';
import { StatementPrinter } from './print-statements.ts';
import type { Writer } from './writer.ts';

/** The array of a memory with what synthesis has to know about it. */
export function printMemoryArray(context: ModuleContext, out: Writer, memory: Memory): void {
  const attributes: string[] = [];
  const isRom = memory.ports.every((port) => port.kind === 'read');
  const style = memory.style === 'registers' ? 'registers' : memory.style;
  if (style !== 'auto' && memory.depth > 1) attributes.push(`ram_style = "${style}"`);
  if (style === 'block' && isRom && memory.depth > 1) attributes.push(`rom_style = "block"`);
  if (memory.depth > 1 && leavesCollisionsOpen(memory)) attributes.push('no_rw_check', 'ramstyle = "no_rw_check"');
  if (attributes.length > 0) out.line(`  (* ${attributes.join(', ')} *)`);
  const range = rangeText(memory.width);
  const waived = [
    ...(isWrittenByTwoClocks(memory) ? ['MULTIDRIVEN'] : []),
    ...(memory.ports.every((port) => port.kind === 'write') ? ['UNUSEDSIGNAL'] : []),
  ];
  for (const code of waived) out.line(`  /* verilator lint_off ${code} */`);
  // One word is a register: Yosys warns about an array whose only index is a constant.
  const array = context.names.item(memory) + (memory.depth > 1 ? ` [0:${memory.depth - 1}];` : ';');
  out.line(`  reg ${range === '' ? '' : range + ' '}${array}${remark(context, memory)}`, memory.span);
  for (const code of waived.reverse()) out.line(`  /* verilator lint_on ${code} */`);
}

/** May a read at the same time as a write of the same word give anything? Then synthesis needs no comparators. */
function leavesCollisionsOpen(memory: Memory): boolean {
  const reads = memory.ports.filter((port) => port.kind === 'read' && port.synchronous) as ReadPort[];
  const both = memory.ports.filter((port) => port.kind === 'readwrite');
  const isWritten = memory.ports.some((port) => port.kind !== 'read');
  if (!isWritten || reads.some((port) => port.collision !== 'undefined')) return false;
  return reads.length > 0 || both.length > 1;
}

function isWrittenByTwoClocks(memory: Memory): boolean {
  return new Set(memory.ports.filter((port) => port.kind !== 'read').map((port) => port.domain.name)).size > 1;
}

/** Contents and ports of a memory, in the forms from which tools infer block RAM. */
export function printMemoryPorts(context: ModuleContext, out: Writer, memory: Memory): void {
  printMemoryContents(context, out, memory);
  const printer = new MemoryPrinter(context, out, memory);
  printer.laneOperands();
  for (const port of memory.ports) {
    if (port.kind === 'read' && !port.synchronous) printer.asynchronousRead(port);
  }
  const simple = memory.ports.filter((port) => port.kind === 'write' || (port.kind === 'read' && port.synchronous));
  const domains = new Map(simple.map((port) => [port.domain.name, port.domain]));
  for (const domain of domains.values()) {
    printer.simplePorts(
      domain,
      simple.filter((port) => port.domain.name === domain.name),
    );
  }
  for (const port of memory.ports) if (port.kind === 'readwrite') printer.readWrite(port);
}

/** What a write does, whichever kind of port does it. */
interface Write {
  readonly address: Expr;
  readonly data: Expr;
  readonly mask: Expr | null;
}

/** Verilator unrolls no longer loop, and takes no delayed assignment to an array in one that it does not unroll. */
const UNROLLED = 64;

class MemoryPrinter {
  readonly #lines: StatementPrinter;
  readonly #name: string;
  /** Names for masks and data that are taken lane by lane: only a name can be indexed. */
  readonly #lanes = new Map<Expr, string>();

  constructor(
    private readonly context: ModuleContext,
    private readonly out: Writer,
    private readonly memory: Memory,
  ) {
    this.#lines = new StatementPrinter(out, context.exprs, '<=');
    this.#name = context.names.item(memory);
  }

  get #printers() {
    return { out: this.out, lines: this.#lines, exprs: this.context.exprs };
  }

  laneOperands(): void {
    const { names, nets, exprs } = this.context;
    for (const port of this.memory.ports) {
      if (port.kind === 'read' || port.mask === null || this.memory.granule === this.memory.width) continue;
      const { data } = writeOf(port);
      for (const [role, expr] of [
        ['mask', port.mask],
        ['data', data],
      ] as const) {
        if (expr.kind === 'ref' || nets.logic.has(expr) || this.#lanes.has(expr)) continue;
        const name = names.claim(`${this.#name}_${port.name}_${role}`);
        this.#lanes.set(expr, name);
        this.#lines.line(`wire ${rangeText(expr.width)} ${name} = ${exprs.value(expr)};`, 2, this.memory.span);
      }
    }
  }

  asynchronousRead(port: ReadPort): void {
    const { address, data } = port;
    const read = { address, data: this.context.names.decl(data), word: this.#word(address), span: data.span };
    printAsyncRead(this.#printers, this.memory, read);
    this.out.blank();
  }

  /** Writes and synchronous reads of one clock, in one block: reads see the words before. */
  simplePorts(domain: Domain, ports: readonly MemoryPort[]): void {
    const reads = ports.filter((port) => port.kind === 'read');
    const writes = ports.filter((port) => port.kind === 'write');
    const bypasses = reads.some((port) => port.collision === 'new');
    const hasLanes =
      writes.some((port) => port.mask) || (bypasses && this.#writers(domain).some(({ write }) => write.mask));
    this.#block(domain, hasLanes, () => {
      for (const port of writes) this.#guarded(port.enable, 4, (indent) => this.#write(writeOf(port), indent));
      for (const port of reads) this.#guarded(port.enable, 4, (indent) => this.#read(port, indent));
    });
  }

  readWrite(port: ReadWritePort): void {
    const { exprs, names } = this.context;
    const data = names.decl(port.data);
    const read = `${data} <= ${this.#word(port.address)};`;
    const write = writeOf(port);
    const bound = (indent: number): void =>
      printZeroBeyond(this.#printers, this.memory, { address: port.address, data }, indent);
    this.#block(port.domain, port.mask !== null, () => {
      this.#guarded(port.enable, 4, (indent) => {
        switch (port.mode) {
          case 'no-change':
            this.#lines.line(`if (${exprs.condition(port.write)}) begin`, indent);
            this.#write(write, indent + 2);
            this.#lines.line('end else begin', indent);
            this.#lines.line(read, indent + 2);
            bound(indent + 2);
            break;
          case 'read-first':
            this.#lines.line(read, indent);
            this.#lines.line(`if (${exprs.condition(port.write)}) begin`, indent);
            this.#write(write, indent + 2);
            break;
          case 'write-first':
            this.#lines.line(read, indent);
            this.#lines.line(`if (${exprs.condition(port.write)}) begin`, indent);
            this.#write(write, indent + 2);
            this.#bypass(data, write, indent + 2);
            break;
          default:
            assertNever(port.mode);
        }
        this.#lines.line('end', indent);
        if (port.mode !== 'no-change') bound(indent);
      });
    });
  }

  #block(domain: Domain, hasLanes: boolean, body: () => void): void {
    // Lanes as wide as the word need no loop.
    const loops = hasLanes && this.memory.granule !== this.memory.width;
    const label = loops ? ` : ${this.context.names.claim(`${this.#name}_lanes`)}` : '';
    this.#lines.line(`always ${edge(this.context, domain, false)} begin${label}`, 2, this.memory.span);
    if (loops) this.#lines.line('integer i;', 4);
    body();
    this.#lines.line('end', 2);
    this.out.blank();
  }

  #guarded(condition: Expr, indent: number, body: (indent: number) => void): void {
    if (condition.kind === 'const' && condition.value === 1n) {
      body(indent);
      return;
    }
    this.#lines.line(`if (${this.context.exprs.condition(condition)}) begin`, indent);
    body(indent + 2);
    this.#lines.line('end', indent);
  }

  #read(port: ReadPort, indent: number): void {
    const data = this.context.names.decl(port.data);
    this.#lines.line(`${data} <= ${this.#word(port.address)};`, indent);
    if (port.collision === 'new') this.#bypasses(port, data, indent);
    printZeroBeyond(this.#printers, this.memory, { address: port.address, data }, indent);
  }

  /** Words that are being written in this domain go to the read register instead of those before. */
  #bypasses(port: ReadPort, data: string, indent: number): void {
    const { exprs } = this.context;
    for (const { enables, write } of this.#writers(port.domain)) {
      if (enables.some((each) => each.kind === 'const' && each.value === 0n)) continue;
      const same = this.memory.depth > 1 ? [`${exprs.value(write.address)} == ${exprs.value(port.address)}`] : [];
      const hits = [...enables.filter((each) => each.kind !== 'const').map((each) => exprs.factor(each)), ...same];
      this.#lines.line(`if (${hits.length > 0 ? hits.join(' && ') : "1'b1"}) begin`, indent);
      this.#bypass(data, write, indent + 2);
      this.#lines.line('end', indent);
    }
  }

  /** All writes in a domain with the conditions under which they happen. */
  #writers(domain: Domain): { enables: readonly Expr[]; write: Write }[] {
    return this.memory.ports.flatMap((port) => {
      if (port.kind === 'read' || port.domain.name !== domain.name) return [];
      const enables = port.kind === 'write' ? [port.enable] : [port.enable, port.write];
      return [{ enables, write: writeOf(port) }];
    });
  }

  #write({ address, data, mask }: Write, indent: number): void {
    this.#store(this.#word(address), data, mask, indent);
  }

  /** The word that is being written goes to the read register instead of the word before. */
  #bypass(register: string, { data, mask }: Write, indent: number): void {
    this.#store(register, data, mask, indent);
  }

  #store(place: string, data: Expr, mask: Expr | null, indent: number): void {
    const { exprs } = this.context;
    const { granule, width } = this.memory;
    if (mask === null) {
      this.#lines.line(`${place} <= ${exprs.value(data)};`, indent);
      return;
    }
    if (granule === width) {
      this.#lines.line(`if (${exprs.condition(mask)}) begin`, indent);
      this.#lines.line(`${place} <= ${exprs.value(data)};`, indent + 2);
      this.#lines.line('end', indent);
      return;
    }
    const lanes = width / granule;
    const nameOf = (expr: Expr): string => this.#lanes.get(expr) ?? exprs.value(expr);
    const lane = granule === 1 ? '[i]' : `[${granule}*i +: ${granule}]`;
    for (let first = 0; first < lanes; first += UNROLLED) {
      this.#lines.line(`for (i = ${first}; i < ${Math.min(first + UNROLLED, lanes)}; i = i + 1) begin`, indent);
      this.#lines.line(`if (${nameOf(mask)}[i]) begin`, indent + 2);
      this.#lines.line(`${place}${lane} <= ${nameOf(data)}${lane};`, indent + 4);
      this.#lines.line('end', indent + 2);
      this.#lines.line('end', indent);
    }
  }

  #word(address: Expr): string {
    return this.memory.depth === 1 ? this.#name : `${this.#name}[${this.context.exprs.value(address)}]`;
  }
}

function writeOf(port: WritePort | ReadWritePort): Write {
  return { address: port.address, data: port.kind === 'write' ? port.data : port.writeData, mask: port.mask };
}
