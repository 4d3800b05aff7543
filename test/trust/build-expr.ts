// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../src/dsl/index.ts';
import {
  type AnyView,
  Bits,
  type Comb,
  type Fsm,
  type ModuleBuilder,
  pack,
  SInt,
  UInt,
  VecView,
} from '../../src/dsl/index.ts';
import type { Expr } from './circuit.ts';
import { methodTable } from './methods.ts';
import { intOf, type Kind } from './value.ts';

/** The names in scope while a circuit is built. */
export interface Names {
  readonly m: ModuleBuilder;
  readonly views: Map<string, AnyView>;
  readonly fsms: Map<string, Fsm<string>>;
}

export const typeOf = ({ width, signed }: Kind): ReturnType<typeof UInt> | ReturnType<typeof SInt> =>
  signed ? SInt(width) : UInt(width);

export function partOf(view: AnyView, path: readonly string[]): AnyView {
  return path.reduce<AnyView>((at, name) => {
    if (at instanceof VecView) return at.at(Number(name));
    return (at as Readonly<Record<string, AnyView>>)[name]!;
  }, view);
}

export function viewAt({ views }: Names, path: string): AnyView {
  const [name, ...rest] = path.split('.');
  const view = views.get(name!);
  if (view === undefined) throw new RangeError(`Nothing is called ${name}.`);
  return partOf(view, rest);
}

/** Builds an expression with the methods of the language and checks the width and sign that come out. */
export function build(names: Names, expr: Expr): Signal {
  const made = make(names, expr);
  const { width, signed } = expr.kind;
  if (made.width !== width || made.signed !== signed) {
    const wanted = `${signed ? 'S' : 'U'}${width}`;
    throw new Error(
      `${expr.k === 'op' ? expr.method : expr.k} made ${made.describe()} of ${made.width} bits, not ${wanted}.`,
    );
  }
  return made;
}

function make(names: Names, expr: Expr): Signal {
  switch (expr.k) {
    case 'const':
      return names.m.lit(literal(expr), typeOf(expr.kind));
    case 'var':
      return viewAt(names, expr.path) as Signal;
    case 'pack':
      return pack(viewAt(names, expr.path));
    case 'is':
      return names.fsms.get(expr.fsm)!.is(expr.state);
    case 'read': {
      const vec = viewAt(names, expr.path) as VecView;
      const element = vec.read(build(names, expr.index));
      return partOf(element, expr.rest === '' ? [] : expr.rest.split('.')) as Signal;
    }
    case 'op':
      return methodTable[expr.method].call<Signal>(
        expr.args.map((arg, i) => operand(names, arg, i)),
        expr.n,
      );
  }
}

function literal({ kind, pattern }: Expr & { k: 'const' }): Bits {
  return new Bits(pattern, kind.width, kind.signed);
}

/** A constant beside the receiver can be a host number or a literal; only the receiver must be a signal. */
function operand(names: Names, expr: Expr, place: number): Comb<Signal> {
  if (expr.k !== 'const' || place === 0 || expr.as === 'signal') return build(names, expr);
  // The language takes both where a `Comb` stands; only the types of the table are narrower.
  const value: unknown = expr.as === 'bits' ? literal(expr) : intOf({ ...expr.kind, pattern: expr.pattern });
  return value as Comb<Signal>;
}
