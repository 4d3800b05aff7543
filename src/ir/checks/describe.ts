// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../expr.ts';
import type { Decl, Domain, Format } from '../module.ts';
import { opTable } from '../ops.ts';

/** How checks speak of signals, bit ranges and conditions. Cost: proportional to the text. */

/** A contiguous run of bits, lo .. hi-1. */
export interface Bits {
  readonly lo: number;
  readonly hi: number;
}

/** The name that the user wrote: fields joined by dots, pins of an instance after its name. */
export function nameOf(decl: Decl): string {
  if (decl.kind === 'instin' || decl.kind === 'instout') return `${decl.instance.name}.${pathName(decl.port)}`;
  return pathName(decl);
}

function pathName(decl: Decl): string {
  return decl.path.length > 0 ? decl.path.join('.') : decl.name;
}

/** `output y`, `register count`, `input in.valid of instance u_fifo`. */
export function describeDecl(decl: Decl): string {
  switch (decl.kind) {
    case 'port':
      return `${decl.direction} ${nameOf(decl)}`;
    case 'wire':
      return `wire ${nameOf(decl)}`;
    case 'net':
      return `net ${nameOf(decl)}`;
    case 'reg':
      return `register ${nameOf(decl)}`;
    case 'memread':
      return `read data ${nameOf(decl)} of memory ${decl.memory.name}`;
    case 'instin':
      return `input ${pathName(decl.port)} of instance ${decl.instance.name}`;
    case 'instout':
      return `output ${pathName(decl.port)} of instance ${decl.instance.name}`;
    default:
      return assertNever(decl);
  }
}

/** `wire y` for all of its bits, `bits 7..4 and 0 of wire y` for some. */
export function describeBits(decl: Decl, ranges: readonly Bits[]): string {
  const all = ranges.length === 1 && ranges[0]!.lo === 0 && ranges[0]!.hi === decl.width;
  if (all) return describeDecl(decl);
  const several = ranges.length > 1 || ranges[0]!.hi - ranges[0]!.lo > 1;
  const texts = [...ranges].reverse().map(({ lo, hi }) => (hi - lo > 1 ? `${hi - 1}..${lo}` : `${lo}`));
  return `${several ? 'bits' : 'bit'} ${joinWords(limit(texts, 6))} of ${describeDecl(decl)}`;
}

/** Is the text of `describeBits` a plural? */
export function isPlural(decl: Decl, ranges: readonly Bits[]): boolean {
  const bits = ranges.reduce((sum, { lo, hi }) => sum + hi - lo, 0);
  return bits > 1 && bits < decl.width;
}

/** `y`, `y[3]` or `y[7:4,0]`: short, for paths. */
export function shortBits(decl: Decl, ...ranges: readonly Bits[]): string {
  const all = ranges.length === 1 && ranges[0]!.lo === 0 && ranges[0]!.hi === decl.width;
  if (all) return nameOf(decl);
  const texts = [...ranges].reverse().map(({ lo, hi }) => (hi - lo === 1 ? `${lo}` : `${hi - 1}:${lo}`));
  return `${nameOf(decl)}[${limit(texts, 4).join(',')}]`;
}

/** Ranges in ascending order, overlapping and adjacent ones joined. */
export function joinRanges(ranges: readonly Bits[]): Bits[] {
  const joined: { lo: number; hi: number }[] = [];
  for (const { lo, hi } of [...ranges].sort((a, b) => a.lo - b.lo)) {
    const before = joined.at(-1);
    if (before && before.hi >= lo) before.hi = Math.max(before.hi, hi);
    else joined.push({ lo, hi });
  }
  return joined;
}

export function joinWords(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`;
}

/** The first `most` items, and how many more there are. */
export function limit(items: readonly string[], most: number): string[] {
  return items.length <= most ? [...items] : [...items.slice(0, most), `${items.length - most} more`];
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

export function describeDomain(domain: Domain): string {
  return `domain ${domain.name}`;
}

/** A value of a signal in its format: an enumeration shows names. */
export function showValue(value: bigint, format: Format | null): string {
  const name = format?.kind === 'enum' ? format.names[Number(value)] : undefined;
  return name ?? value.toString();
}

/** How a subject or condition shows its values. */
export function formatOfExpr(expr: Expr): Format | null {
  return expr.kind === 'ref' ? expr.decl.format : null;
}

const LONGEST = 40;

/** An expression in a few characters, in parentheses if it needs them, or `fallback` when it takes more. */
export function shortExpr(expr: Expr, fallback: string): string {
  const text = operandText(expr, 3);
  return text === null || text.length > LONGEST ? fallback : text;
}

function exprText(expr: Expr, depth: number): string | null {
  switch (expr.kind) {
    case 'const':
      return expr.value.toString();
    case 'ref':
      return nameOf(expr.decl);
    case 'slice': {
      const arg = expr.arg.kind === 'ref' ? shortBits(expr.arg.decl, { lo: expr.lo, hi: expr.lo + expr.width }) : null;
      return arg;
    }
    case 'op': {
      if (depth === 0) return null;
      const { style, symbol } = opTable[expr.op].verilog;
      const args = expr.args.map((arg) => operandText(arg, depth - 1));
      if (args.includes(null)) return null;
      if (style === 'prefix') return `${symbol}${args[0]!}`;
      return style === 'infix' ? `${args[0]!} ${symbol} ${args[1]!}` : null;
    }
    default:
      return assertNever(expr);
  }
}

function operandText(expr: Expr, depth: number): string | null {
  const text = exprText(expr, depth);
  return text !== null && expr.kind === 'op' && opTable[expr.op].verilog.style === 'infix' ? `(${text})` : text;
}
