// SPDX-License-Identifier: Apache-2.0
import type { Expr, Item, MemItem, PortItem, Shape, Var } from './circuit.ts';
import { alsoReads, type ExprMaker, literal, op, read, type Reads } from './generate-expr.ts';
import type { Random } from './prng.ts';
import { ground, leavesOf, widthOf } from './shapes.ts';
import { bit, type Kind, unsigned } from './value.ts';

/**
 * What every circuit with memories is told by its stimulus, so that nothing of them is unknown when outputs are compared:
 * `go` is 0 during warm-up, in which `fill` counts through all addresses and then stays at its largest value.
 */
export const go: Var = { name: 'go', shape: ground(bit) };
export const fill: Var = { name: 'fill', shape: ground(unsigned(5)) };
/** Deepest memory that warm-up fills. */
const DEEPEST = 16;

/** A memory with its ports, and what the read ports give. */
export interface MadeMemory {
  readonly items: readonly Item[];
  readonly reads: readonly Var[];
}

type Form = 'simple' | 'many' | 'single' | 'dual' | 'rom' | 'registers';

export function makeMemory(name: string, shape: Shape, reads: Reads, exprs: ExprMaker, r: Random): MadeMemory {
  const form = r.pick<Form>(['simple', 'simple', 'many', 'single', 'single', 'dual', 'rom', 'registers']);
  const depth = r.pick(form === 'dual' || form === 'registers' ? [2, 4, 8, DEEPEST] : [1, 2, 3, 4, 5, 8, 13, DEEPEST]);
  const width = widthOf(shape);
  const init = form === 'rom' || r.chance(50) ? r.list(depth, () => r.pattern(width)) : null;
  const granules = [1, 2, 4, 8, Math.floor(width / 2), width].filter((g) => g > 0 && width % g === 0);
  const granule = form !== 'rom' && r.chance(40) ? r.pick(granules) : null;
  const style = form === 'registers' ? 'registers' : r.pick(['auto', 'auto', 'distributed'] as const);
  const item: MemItem = { k: 'memory', name, shape, depth, init, granule, style };
  const ports = new PortMaker(item, width, reads, exprs, r);
  const list = ports.of(form);
  const shown = list.filter(({ access }) => access !== 'write');
  return { items: [item, ...list], reads: shown.map((port) => ({ name: `${name}_${port.name}`, shape })) };
}

class PortMaker {
  readonly #addressWidth: number;

  constructor(
    readonly item: MemItem,
    readonly width: number,
    /** Grows by what the read ports show, so that later ports can use it. */
    public reads: Reads,
    readonly exprs: ExprMaker,
    readonly r: Random,
  ) {
    this.#addressWidth = Math.ceil(Math.log2(item.depth));
  }

  of(form: Form): PortItem[] {
    const { r } = this;
    switch (form) {
      case 'simple':
        return r.chance(50)
          ? [this.#reader('ra', null), this.#writer('wa', null)]
          : [this.#writer('wa', null), this.#reader('ra', null)];
      case 'many':
        return [this.#reader('ra', null), this.#writer('wa', null), this.#reader('rb', null), this.#reader('rc', null)];
      case 'rom':
        return r.list(r.between(1, 2), (i) => this.#reader(`r${'ab'[i]!}`, null));
      case 'single':
        return [this.#both('pa', r.pick(['no-change', 'read-first', 'write-first']), null)];
      case 'dual':
        // Even words at one port, odd words at the other: what both do to one word at once is nobody's promise.
        return [this.#both('pa', 'no-change', 0), this.#both('pb', 'no-change', 1)];
      case 'registers':
        return [this.#writer('wa', 0), this.#writer('wb', 1), this.#reader('ra', null), this.#reader('rb', null)];
    }
  }

  #reader(name: string, parity: number | null): PortItem {
    const isAsync = this.r.chance(40);
    const address = this.#address(parity);
    const gated = op('mux', [read(go), address, literal(0, address.kind)], []);
    return this.#show({
      ...this.#port(name),
      access: isAsync ? 'async' : 'read',
      collision: this.r.pick(['old', 'new']),
      address: isAsync ? address : gated,
      enable: isAsync ? null : this.#enableOr(1),
    });
  }

  #writer(name: string, parity: number | null): PortItem {
    return {
      ...this.#port(name),
      access: 'write',
      address: this.#fillAddress(parity),
      enable: this.#enableOr('fill'),
      guard: this.r.chance(25) ? op('or', [this.exprs.bit(this.reads, 2), op('not', [read(go)], [])], []) : null,
      mask: this.#mask(),
      values: this.#values(),
    };
  }

  #both(name: string, access: 'no-change' | 'read-first' | 'write-first', parity: number | null): PortItem {
    return this.#show({
      ...this.#port(name),
      access,
      address: this.#fillAddress(parity),
      enable: this.#enableOr(1),
      write: op('mux', [read(go), this.exprs.bit(this.reads, 2), this.#filling()], []),
      mask: this.#mask(),
      values: this.#values(),
    });
  }

  #port(name: string): PortItem {
    const { name: memory } = this.item;
    const nothing = { enable: null, guard: null, write: null, mask: null, values: [] };
    return { k: 'port', memory, name, access: 'read', collision: 'old', address: literal(0, bit), ...nothing };
  }

  #show(port: PortItem): PortItem {
    this.reads = alsoReads(this.reads, [{ name: `${this.item.name}_${port.name}`, shape: this.item.shape }]);
    return port;
  }

  /** Inside the memory: beyond its end is the business of another test. */
  #address(parity: number | null): Expr {
    const kind = unsigned(this.#addressWidth);
    const any = this.exprs.of(kind, this.reads, 2);
    if (parity !== null) return this.#odd(any, parity);
    if (2 ** this.#addressWidth === this.item.depth) return any;
    const inside = op('lt', [any, literal(this.item.depth, kind)], []);
    return op('mux', [inside, any, literal(this.item.depth - 1, kind)], []);
  }

  #odd(address: Expr, parity: number): Expr {
    const lowest = literal(parity, bit);
    if (this.#addressWidth <= 1) return lowest;
    return op('concat', [op('high', [address], [this.#addressWidth - 1]), lowest], []);
  }

  /** The counter in warm-up; in the last cycle of it a word inside. */
  #fillAddress(parity: number | null): Expr {
    const kind = unsigned(this.#addressWidth);
    const counter: Expr = op('low', [read(fill)], [this.#addressWidth]);
    const inside = op('lt', [read(fill), literal(this.item.depth, unsigned(5))], []);
    const safe = op('mux', [inside, counter, literal(0, kind)], []);
    return op('mux', [read(go), this.#address(parity), parity === null ? safe : this.#odd(safe, parity)], []);
  }

  #filling(): Expr {
    if (this.item.init) return literal(0, bit);
    return op('lt', [read(fill), literal(this.item.depth, unsigned(5))], []);
  }

  #enableOr(warm: 1 | 'fill'): Expr | null {
    if (warm === 1 && this.r.chance(30)) return null;
    const asked = this.exprs.bit(this.reads, 2);
    return op('mux', [read(go), asked, warm === 1 ? literal(1, bit) : this.#filling()], []);
  }

  #mask(): Expr | null {
    const { granule } = this.item;
    if (granule === null) return null;
    const kind = unsigned(this.width / granule);
    return op('mux', [read(go), this.exprs.of(kind, this.reads, 2), literal(-1, kind)], []);
  }

  #values(): Expr[] {
    return leavesOf('', this.item.shape).map(({ kind }: { kind: Kind }) => {
      const value = this.exprs.of(kind, this.reads, 2);
      return op('mux', [read(go), value, literal(0x5a, kind)], []);
    });
  }
}
