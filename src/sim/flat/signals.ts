// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Decl, Format, RegDecl } from '../../ir/module.ts';
import type { Resolver } from './resolve.ts';
import type { Scope } from './scope.ts';

/** A signal for waves, peeking and coverage, with the instances on the way to it. */
export interface FlatSignal {
  /** Names from the top module down, which is itself left out: `u_fifo.count`. */
  readonly path: string;
  readonly scope: readonly string[];
  /** Name in its module; parts of a bundle joined by dots. */
  readonly label: string;
  readonly width: number;
  readonly format: Format;
  readonly kind: 'input' | 'output' | 'wire' | 'reg';
  /** The register that it is, if it is one. */
  readonly reg: RegDecl | null;
  readonly value: () => Expr;
}

/** All signals of a design in the order of declarations, an instance's after those of its parent. 0-bit ones are left out. */
export function signalsOf(root: Scope, resolver: Resolver): FlatSignal[] {
  const found: FlatSignal[] = [];
  const visit = (scope: Scope): void => {
    const { module } = scope;
    const add = (decl: Decl, kind: FlatSignal['kind']): void => {
      if (decl.width === 0) return;
      const value = (): Expr => resolver.resolve(scope, module.pool.ref(decl));
      found.push({
        path: scope.name(decl.name),
        scope: scope.path,
        label: decl.path.length > 0 ? decl.path.join('.') : decl.name,
        width: decl.width,
        format: decl.format,
        kind,
        reg: registerOf(scope, decl),
        value,
      });
    };
    for (const port of module.ports) if (port.role !== 'clock') add(port, port.direction);
    for (const reg of module.regs) add(reg, 'reg');
    for (const wire of module.wires) add(wire, 'wire');
    for (const net of module.nets) add(net, 'wire');
    for (const memory of module.memories) {
      for (const port of memory.ports) {
        if (port.kind !== 'write') add(port.data, port.kind === 'read' && !port.synchronous ? 'wire' : 'reg');
      }
    }
    for (const child of scope.children.values()) visit(child);
  };
  visit(root);
  return found;
}

function registerOf(scope: Scope, decl: Decl): RegDecl | null {
  if (decl.kind === 'reg') return scope.regs.get(decl) ?? null;
  if (decl.kind !== 'memread') return null;
  const read = scope.reads.get(decl);
  return read?.kind === 'ref' && read.decl.kind === 'reg' ? read.decl : null;
}
