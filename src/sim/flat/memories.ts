// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Memory, MemReadDecl, MemoryPort, PortDecl, RegDecl, Stmt } from '../../ir/module.ts';
import type { ExprPool } from '../../ir/pool.ts';
import type { Check, FlatDomain, FlatMemory, FlatUpdate, MemoryLoad, MemoryWrite, Special } from './flat.ts';
import type { Scope } from './scope.ts';

export interface MemoryContext {
  readonly pool: ExprPool;
  readonly domains: readonly FlatDomain[];
  readonly special: Special;
  readonly resolve: (expr: Expr) => Expr;
  readonly loads: Map<MemReadDecl, MemoryLoad>;
  readonly writes: MemoryWrite[];
  readonly checks: Check[];
  readonly updates: FlatUpdate[];
  readonly randomCollisions: boolean;
  readonly strict: boolean;
}

/** The write of a port with everything in the flat pool. */
interface PortWrite {
  readonly port: MemoryPort;
  readonly write: MemoryWrite;
}

/**
 * Memory ports as statements on read registers and a list of writes. All reads see the words before the edge; a read
 * that must give the new word gets it past the memory, from the ports that write.
 */
export function flattenMemory(context: MemoryContext, scope: Scope, memory: Memory): void {
  const flat = scope.memories.get(memory)!;
  const writes = memory.ports.flatMap((port) => portWrite(context, scope, flat, port));
  for (const port of memory.ports) {
    const { pool, resolve } = context;
    switch (port.kind) {
      case 'read': {
        if (!port.synchronous) break;
        const enable = resolve(port.enable);
        const address = resolve(port.address);
        const old = load(context, scope, flat, port.data, address);
        const value = collide(context, old, address, scope.domain(port.domain), port.collision, writes);
        readRegister(context, scope, port.data, enable, value, scope.domain(port.domain));
        guard(context, scope, flat, port, enable, address);
        break;
      }
      case 'write':
        guard(context, scope, flat, port, resolve(port.enable), resolve(port.address));
        break;
      case 'readwrite': {
        const enable = resolve(port.enable);
        const address = resolve(port.address);
        const old = load(context, scope, flat, port.data, address);
        const own = writes.filter((one) => one.port === port);
        const value = port.mode === 'write-first' ? collide(context, old, address, -1, 'new', own) : old;
        const write = resolve(port.write);
        const reads = port.mode === 'no-change' ? pool.op('and', [enable, pool.op('not', [write])]) : enable;
        readRegister(context, scope, port.data, reads, value, scope.domain(port.domain));
        guard(context, scope, flat, port, enable, address);
        break;
      }
      default:
        assertNever(port);
    }
  }
  context.writes.push(...writes.map(({ write }) => write));
}

function portWrite(context: MemoryContext, scope: Scope, memory: FlatMemory, port: MemoryPort): PortWrite[] {
  const { pool, resolve } = context;
  if (port.kind === 'read' || memory.memory.width === 0) return [];
  const [enable, data] =
    port.kind === 'write'
      ? [resolve(port.enable), resolve(port.data)]
      : [pool.op('and', [resolve(port.enable), resolve(port.write)]), resolve(port.writeData)];
  const mask = port.mask && bitMask(pool, resolve(port.mask), memory.memory);
  const domain = scope.domain(port.domain);
  return [{ port, write: { memory, domain, enable, address: resolve(port.address), data, mask } }];
}

/** A granule mask spread to one bit a data bit. */
function bitMask(pool: ExprPool, granules: Expr, { width, granule }: Memory): Expr {
  const bits: Expr[] = [];
  for (let i = 0; i < width; i++) bits.push(pool.slice(granules, Math.floor(i / granule), 1));
  return pool.op('concat', bits.reverse());
}

/** The word at an address before the edge. */
function load(context: MemoryContext, scope: Scope, memory: FlatMemory, data: MemReadDecl, address: Expr): Expr {
  const decl: MemReadDecl = { ...data, name: `${scope.name(data.name)}.word`, memory: memory.memory };
  context.loads.set(decl, { memory, address });
  return context.pool.ref(decl);
}

/** What a read gives beside simultaneous writes. `domain` -1: the read is part of the writing port, always clocked with it. */
function collide(
  context: MemoryContext,
  old: Expr,
  address: Expr,
  domain: number,
  collision: 'old' | 'new' | 'undefined',
  writes: readonly PortWrite[],
): Expr {
  const { pool, special } = context;
  if (collision === 'old' || (collision === 'undefined' && !context.randomCollisions) || old.width === 0) return old;
  let word = old;
  for (const { write } of writes) {
    const width = Math.max(address.width, write.address.width);
    const same = pool.op('eq', [widen(pool, address, width), widen(pool, write.address, width)]);
    let hit = pool.op('and', [write.enable, same]);
    if (domain >= 0 && domain !== write.domain) hit = pool.op('and', [hit, pool.ref(special.clocked[write.domain]!)]);
    const data = collision === 'new' ? write.data : randomWord(context, old.width);
    const merged = write.mask
      ? pool.op('or', [pool.op('and', [word, pool.op('not', [write.mask])]), pool.op('and', [data, write.mask])])
      : data;
    word = pool.op('mux', [hit, merged, word]);
  }
  // A write beyond the depth does nothing, so it cannot be seen either: the read there gives zero, as `old` does.
  return word === old ? old : pool.op('mux', [inRange(pool, address, writes[0]!.write.memory.memory.depth), word, old]);
}

function widen(pool: ExprPool, value: Expr, width: number): Expr {
  return pool.op('concat', [pool.constant(0n, width - value.width), value]);
}

/** 1 when the address lies below the depth. */
export function inRange(pool: ExprPool, address: Expr, depth: number): Expr {
  if (BigInt(depth) >> BigInt(address.width) > 0n) return pool.constant(1n, 1);
  return pool.op('ltU', [address, pool.constant(BigInt(depth), address.width)]);
}

function randomWord(context: MemoryContext, width: number): Expr {
  const name = `random${context.special.random.size}`;
  const span = { file: 'simulator', line: 1, column: 1 };
  const decl: PortDecl = {
    kind: 'port',
    direction: 'input',
    role: 'data',
    domain: null,
    name,
    width,
    format: { kind: 'unsigned' },
    path: [name],
    comment: '',
    span,
  };
  context.special.random.add(decl);
  return context.pool.ref(decl);
}

function readRegister(
  context: MemoryContext,
  scope: Scope,
  data: MemReadDecl,
  enable: Expr,
  value: Expr,
  domain: number,
): void {
  if (data.width === 0) return;
  const ref = scope.reads.get(data)!;
  if (ref.kind !== 'ref') return;
  const decl = ref.decl as RegDecl;
  const { span } = data;
  const assign: Stmt = { kind: 'assign', target: { decl, lo: 0, width: data.width }, value, span };
  const when: Stmt = { kind: 'when', arms: [{ condition: enable, body: [assign], span }], otherwise: null, span };
  context.updates.push({ domain, hasReset: false, body: [when] });
}

/** Reports an enabled access beyond the depth. */
function guard(
  context: MemoryContext,
  scope: Scope,
  memory: FlatMemory,
  port: MemoryPort,
  enable: Expr,
  address: Expr,
): void {
  if (!context.strict) return;
  const { pool } = context;
  const domain = scope.domain(port.domain);
  const outside = pool.op('not', [inRange(pool, address, memory.memory.depth)]);
  const active = pool.op('and', [enable, pool.op('not', [context.domains[domain]!.reset])]);
  const hit = pool.op('and', [active, outside]);
  if (hit.kind === 'const' && hit.value === 0n) return;
  const name = `${memory.memory.name}.${port.name}`;
  const text = `Access beyond the ${memory.memory.depth} words of memory '${memory.memory.name}' at port '${port.name}'.`;
  context.checks.push({
    kind: 'message',
    name,
    instance: scope.path.join('.'),
    domain,
    hit,
    text,
    span: memory.memory.span,
  });
}
