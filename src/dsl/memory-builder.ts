// SPDX-License-Identifier: Apache-2.0
import { clog2, fits, wrap } from '../ir/bits.ts';
import type { Expr } from '../ir/expr.ts';
import type { Memory, MemReadDecl } from '../ir/module.ts';
import { captureSpan } from '../ir/span.ts';
import type { ModuleBuilder } from './builder.ts';
import type { AccessOptions, MemorySpec, MemoryView, ReadOptions, WriteOptions } from './memory.ts';
import type { Owner } from './owner.ts';
import { Signal } from './signal.ts';
import { type GroundType, type Type, UIntType, widthOf } from './types.ts';
import { matchLeaves } from './match-leaves.ts';
import { unpack } from './pack.ts';
import { makeView, type View } from './view.ts';

/** Adds a memory to a module and returns what its block works with. */
export function addMemory<T extends Type>(m: ModuleBuilder, name: string, spec: MemorySpec<T>): MemoryView<T> {
  const { core } = m;
  const { type, depth, options } = spec;
  const width = widthOf(type);
  if (!Number.isSafeInteger(depth) || depth < 1) {
    core.fault('KLN-M001', `The memory ${name} cannot have ${depth} words.`, 'Give a depth of at least 1.');
  }
  const data: Memory = {
    name,
    depth,
    width,
    granule: options.granule ?? width,
    init: contents(core, name, spec, width),
    style: options.style ?? 'auto',
    ports: [],
    comment: options.comment ?? '',
    span: captureSpan(),
  };
  core.module.memories.push(data);

  const one = (): Expr => core.pool.constant(1n, 1);
  const gate = (enable: Signal | undefined): Expr => {
    enable?.checkCondition('a memory enable');
    return core.pool.op('and', [core.scope.guard(), enable !== undefined ? core.exprOf(enable) : one()]);
  };
  const address = (signal: Signal): Expr => {
    const bits = clog2(depth);
    if (signal.width !== bits) {
      const text = `${name} has ${depth} words and needs ${bits} address bits, but ${signal.describe()} has ${signal.width}.`;
      core.fault(
        'KLN-W001',
        text,
        signal.width < bits ? 'Extend the address with resize.' : 'Shorten the address with trunc.',
      );
    }
    return core.exprOf(signal);
  };
  const packValue = (value: unknown): Expr => packed(m, name, type, value);
  const readDecl = (port: string): MemReadDecl => {
    const path = [name, port];
    const format = type.kind === 'sint' ? 'signed' : 'unsigned';
    return {
      kind: 'memread',
      memory: data,
      name: path.join('_'),
      width,
      format: { kind: format },
      path,
      comment: '',
      span: captureSpan(),
    };
  };
  const view = (decl: MemReadDecl): View<T> => {
    const flat: Signal = new Signal(core, core.pool.ref(decl), new UIntType(width));
    return unpack(flat, type);
  };
  const domain = (): typeof m.domain => {
    m.useDomain(m.domain);
    return m.domain;
  };

  return {
    spec,
    read(port: string, at: Signal, read: ReadOptions = {}) {
      const decl = readDecl(port);
      const collision = read.collision ?? options.collision ?? 'undefined';
      const enable = gate(read.enable);
      data.ports.push({
        kind: 'read',
        name: port,
        synchronous: true,
        domain: domain(),
        collision,
        address: address(at),
        enable,
        data: decl,
      });
      return view(decl);
    },
    readAsync(port: string, at: Signal) {
      const decl = readDecl(port);
      const rest = { synchronous: false, collision: 'old', enable: one() } as const;
      data.ports.push({ kind: 'read', name: port, domain: domain(), address: address(at), data: decl, ...rest });
      return view(decl);
    },
    write(at: Signal, value: unknown, write: WriteOptions = {}) {
      const lanes = write.mask !== undefined ? core.exprOf(write.mask) : null;
      const enable = gate(write.enable);
      const rest = { address: address(at), enable, data: packValue(value), mask: lanes };
      data.ports.push({ kind: 'write', name: write.name ?? 'write', domain: domain(), ...rest });
    },
    port(port: string, access: AccessOptions<T>) {
      const decl = readDecl(port);
      data.ports.push({
        kind: 'readwrite',
        name: port,
        domain: domain(),
        mode: access.mode ?? 'no-change',
        address: address(access.address),
        enable: gate(access.enable),
        write: core.exprOf(access.write),
        writeData: packValue(access.data),
        mask: access.mask !== undefined ? core.exprOf(access.mask) : null,
        data: decl,
      });
      return view(decl);
    },
  };
}

/** Concatenates the parts of a value that is given for a type, with the checks of an assignment. */
function packed(m: ModuleBuilder, name: string, type: Type, value: unknown): Expr {
  const { core } = m;
  const parts = new Map<Signal, Expr>();
  const order: Signal[] = [];
  // Place holders carry the leaf types through the walk that also serves assignments.
  const holder = makeView(type, [name], (ground: GroundType) => {
    const signal = new Signal(core, core.pool.constant(0n, ground.width), ground);
    order.push(signal);
    return signal;
  });
  const span = captureSpan();
  const mismatch = (text: string): never =>
    core.fault('KLN-D005', `${name}: ${text}.`, 'Give a value of the type of the memory.');
  matchLeaves(
    type,
    holder,
    value,
    (leaf, part) => {
      parts.set(leaf, core.valueFor({ name, span }, leaf.type, part));
    },
    mismatch,
  );
  return core.pool.op(
    'concat',
    packingOrder(type, order).map((leaf) => parts.get(leaf)!),
  );
}

/** Leaves come in declaration order; packed words have the last vector element on top. */
function packingOrder(type: Type, leaves: Signal[]): Signal[] {
  if (type.kind === 'vec') {
    const step = leaves.length / Math.max(1, type.length);
    const groups = Array.from({ length: type.length }, (_, i) =>
      packingOrder(type.element, leaves.slice(i * step, (i + 1) * step)),
    );
    return groups.reverse().flat();
  }
  if (type.kind === 'bundle') {
    let at = 0;
    return Object.values(type.fields).flatMap((field) => {
      const count = leafCount(field);
      at += count;
      return packingOrder(field, leaves.slice(at - count, at));
    });
  }
  return leaves;
}

function leafCount(type: Type): number {
  if (type.kind === 'vec') return type.length * leafCount(type.element);
  if (type.kind === 'bundle') return Object.values(type.fields).reduce((sum, field) => sum + leafCount(field), 0);
  return 1;
}

function contents(owner: Owner, name: string, spec: MemorySpec, width: number): bigint[] | null {
  const { init } = spec.options;
  if (!init) return null;
  if (init.length > spec.depth) {
    owner.fault(
      'KLN-M001',
      `${init.length} initial words do not fit in the memory ${name} of ${spec.depth}.`,
      'Give fewer words, or a greater depth.',
    );
  }
  const words = init.map((word, i) => {
    const isWhole = typeof word === 'bigint' || Number.isInteger(word);
    // A negative number is the pattern of its two's complement, as in a signed word.
    if (!isWhole || !(fits(BigInt(word), width, false) || fits(BigInt(word), width, true))) {
      const text = `Initial word ${i} of the memory ${name}, ${word}, does not fit in ${width} bits.`;
      owner.fault('KLN-W003', text, 'Give whole numbers that fit, with their fields packed.');
    }
    return wrap(BigInt(word), width);
  });
  return [...words, ...Array.from({ length: spec.depth - words.length }, () => 0n)];
}
