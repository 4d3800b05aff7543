// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import type { Decl, Format } from '../../ir/module.ts';
import { opTable } from '../../ir/ops.ts';
import {
  CHOICE,
  comparisons,
  EQUALITY,
  grouped,
  inverse,
  joined,
  LOGICAL_AND,
  LOGICAL_OR,
  mirrored,
  PREFIX,
  PRIMARY,
  primary,
  range,
  RELATION,
  type Text,
} from './expr-text.ts';
import { literal, signedLiteral } from './literal.ts';
import type { EnumConstant, Names } from './names.ts';
import { negated, runs, vectorIndex } from './shapes.ts';
import { breakBefore, choiceBreak, commaBreak } from './wrap.ts';

/**
 * Expressions as text. It decides nothing: what has a name is known, everything else is written in place with the fewest
 * parentheses. The state names that it used are left in `constants`, for their declarations.
 */
export class ExprPrinter {
  readonly constants = new Set<EnumConstant>();
  readonly #names: Names;
  readonly #isVisible: (expr: Expr) => boolean;

  /** `isVisible`: may this expression be read by its net's name here? */
  constructor(names: Names, isVisible: (expr: Expr) => boolean) {
    this.#names = names;
    this.#isVisible = isVisible;
  }

  /** The value of something that `format` describes. */
  value(expr: Expr, format: Format | null = null): string {
    return this.#value(expr, format).text;
  }

  /** The right-hand side that gives the net `name` its value: never that name itself. */
  definition(expr: Expr, name: string, format: Format | null = null): string {
    const defines = expr.kind === 'op' && this.#net(expr) === name;
    return (defines ? this.#operator(expr, format) : this.#value(expr, format)).text;
  }

  /** Must the net `name` get its value from a case statement? */
  isCase(expr: Expr, name: string): expr is OpExpr {
    if (expr.kind !== 'op' || expr.op !== 'select' || vectorIndex(expr)) return false;
    const net = this.#net(expr);
    return net === null || net === name;
  }

  /** One bit as a condition: `valid && !full`. */
  condition(expr: Expr): string {
    return this.#condition(expr).text;
  }

  /** One bit as part of a longer `&&`. */
  factor(expr: Expr): string {
    return grouped(this.#condition(expr), LOGICAL_AND);
  }

  /** Its opposite as part of a longer `&&`. */
  negatedFactor(expr: Expr): string {
    return grouped(this.#negation(expr), LOGICAL_AND);
  }

  /** One bit as the opposite of a condition. */
  negation(expr: Expr): string {
    return this.#negation(expr).text;
  }

  /** A pattern of something that `format` describes. */
  constant(value: bigint, width: number, format: Format | null): string {
    const constant = format?.kind === 'enum' ? this.#names.enumConstant(format, width, value) : null;
    if (!constant) return literal(value, width);
    this.constants.add(constant);
    return constant.name;
  }

  /** The same for a comment, which needs no declaration. */
  constantInWords(value: bigint, width: number, format: Format | null): string {
    const constant = format?.kind === 'enum' ? this.#names.enumConstant(format, width, value) : null;
    return constant?.name ?? literal(value, width);
  }

  /** Bits of a declared signal. */
  bits(decl: Decl, lo: number, width: number): string {
    const name = this.#names.decl(decl);
    if (width === decl.width) return name;
    return name + range(lo, width);
  }

  #value(expr: Expr, format: Format | null): Text {
    switch (expr.kind) {
      case 'const':
        return primary(this.constant(expr.value, expr.width, format));
      case 'ref':
        return primary(this.#names.decl(expr.decl));
      case 'slice':
        return primary(this.#value(expr.arg, null).text + range(expr.lo, expr.width));
      case 'op': {
        const name = this.#net(expr);
        return name === null ? this.#operator(expr, format) : primary(name);
      }
      default:
        return assertNever(expr);
    }
  }

  #net(expr: Expr): string | null {
    return this.#isVisible(expr) ? this.#names.net(expr) : null;
  }

  #operator(expr: OpExpr, format: Format | null): Text {
    const { style, symbol, precedence } = opTable[expr.op].verilog;
    switch (style) {
      case 'prefix':
        return this.#prefix(expr, symbol);
      case 'infix':
        return this.#infix(expr, symbol, precedence);
      case 'mux':
        return this.#choice(expr, format);
      case 'concat':
        return primary(this.#concat(expr));
      case 'select':
        return primary(this.#indexed(expr));
      case 'divide':
        return this.#divide(expr, symbol);
      default:
        return assertNever(style);
    }
  }

  #prefix(expr: OpExpr, symbol: string): Text {
    const operand = expr.args[0]!;
    if (expr.op === 'not' && operand.kind === 'op' && this.#net(operand) === null && operand.op in comparisons) {
      return this.#comparison(operand, inverse[opTable[operand.op].verilog.symbol]!);
    }
    const inner = this.#value(operand, null);
    // Verilog has no prefix of a prefix, but `~&a` is an operator of its own. (`^~a` is one too, and means `~^a`.)
    const isComplement = expr.op === 'not' && /^[&|^]/.test(inner.text);
    return { text: symbol + grouped(inner, isComplement ? PREFIX : PREFIX + 1), precedence: PREFIX };
  }

  #infix(expr: OpExpr, symbol: string, precedence: number): Text {
    if (expr.op in comparisons) return this.#comparison(expr, symbol);
    const minus = negated(expr);
    if (minus) return { text: '-' + grouped(this.#value(minus, null), PREFIX + 1), precedence: PREFIX };
    const [a, b] = expr.args as readonly [Expr, Expr];
    const signed = opTable[expr.op].verilog.signed === true;
    if (expr.op === 'mulS') return joined(this.#factor(a), symbol, precedence, this.#factor(b));
    const left = signed ? this.#signed(a) : this.#value(a, null);
    const right = this.#value(b, null);
    return joined(left, symbol, precedence, right);
  }

  #comparison(expr: OpExpr, symbol: string): Text {
    const [a, b] = expr.args as readonly [Expr, Expr];
    // A literal stands on the right.
    if (a.kind === 'const') return this.#compared(expr, b, mirrored[symbol]!, a);
    return this.#compared(expr, a, symbol, b);
  }

  #compared(expr: OpExpr, a: Expr, symbol: string, b: Expr): Text {
    const precedence = symbol === '==' || symbol === '!=' ? EQUALITY : RELATION;
    const signed = opTable[expr.op].verilog.signed === true;
    const format = formatOf(a) ?? formatOf(b);
    const left = signed ? this.#signed(a) : this.#value(a, format);
    const right = signed ? this.#signed(b) : this.#value(b, format);
    const text = `${grouped(left, precedence + 1)}${breakBefore(precedence)}${symbol} ${grouped(right, precedence + 1)}`;
    return { text, precedence };
  }

  #signed(expr: Expr): Text {
    if (expr.kind === 'const') {
      const text = signedLiteral(expr.value, expr.width);
      return { text, precedence: text.startsWith('-') ? PREFIX : PRIMARY };
    }
    return primary(`$signed(${this.#value(expr, null).text})`);
  }

  /** The minus of a negative literal would feel the width of the product. */
  #factor(expr: Expr): Text {
    const isNegative = expr.kind === 'const' && expr.value >> BigInt(expr.width - 1) === 1n;
    return isNegative ? primary(`$signed(${literal(expr.value, expr.width)})`) : this.#signed(expr);
  }

  #choice(expr: OpExpr, format: Format | null): Text {
    const [condition, yes, no] = expr.args as readonly [Expr, Expr, Expr];
    const head = grouped(this.#condition(condition), CHOICE + 1);
    const first = grouped(this.#value(yes, format), CHOICE + 1);
    const second = this.#value(no, format).text;
    return { text: `${head}${breakBefore(CHOICE)}? ${first}${choiceBreak}: ${second}`, precedence: CHOICE };
  }

  #concat(expr: OpExpr): string {
    const parts = runs(expr).map(({ part, count }) => {
      const { text } = this.#value(part, null);
      return count === 1 ? text : `{${count}{${text}}}`;
    });
    return parts.length === 1 ? parts[0]! : `{${parts.join(',' + commaBreak)}}`;
  }

  #indexed(expr: OpExpr): string {
    const vector = vectorIndex(expr);
    if (!vector) throw new Error('A selection is printed as a case statement.');
    const name = this.#names.decl(vector.decl);
    const index = this.#value(vector.index, null).text;
    if (vector.width === 1) return `${name}[${index}]`;
    return `${name}[{${index}, ${literal(0n, Math.log2(vector.width))}} +: ${vector.width}]`;
  }

  /** Guarded, so that no X comes out and no simulator traps. A literal divisor needs no guard. */
  #divide(expr: OpExpr, symbol: string): Text {
    const [a, b] = expr.args as readonly [Expr, Expr];
    const { width } = expr;
    const isSigned = opTable[expr.op].verilog.signed === true;
    const operand = (each: Expr): Text => (isSigned ? this.#signed(each) : this.#value(each, null));
    const [left, right] = [operand(a), operand(b)];
    const result = joined(left, symbol, opTable[expr.op].verilog.precedence, right);
    const isQuotient = symbol === '/';
    const ones = primary(isSigned ? signedLiteral(mask(width), width) : literal(mask(width), width));
    const byZero = isQuotient ? ones : left;
    // The most negative number over -1 overflows; some simulators trap, some give 0.
    const negative = { text: `-${grouped(left, PREFIX + 1)}`, precedence: PREFIX };
    const byMinusOne = isQuotient ? negative : primary(signedLiteral(0n, width));
    if (b.kind === 'const') {
      if (b.value === 0n) return byZero;
      return isSigned && b.value === mask(width) ? byMinusOne : result;
    }
    const divisor = this.#value(b, null).text;
    const rows = [`${divisor} == ${literal(0n, width)}${breakBefore(CHOICE)}? ${byZero.text}`];
    if (isSigned) rows.push(`: ${divisor} == ${literal(mask(width), width)}${breakBefore(CHOICE)}? ${byMinusOne.text}`);
    rows.push(`: ${result.text}`);
    return { text: rows.join(choiceBreak), precedence: CHOICE };
  }

  #isInverted(expr: Expr): boolean {
    return expr.kind === 'op' && expr.op === 'not' && this.#net(expr) === null;
  }

  #negation(expr: Expr): Text {
    if (expr.kind === 'op' && this.#net(expr) === null) {
      if (expr.op in comparisons) return this.#comparison(expr, inverse[opTable[expr.op].verilog.symbol]!);
      if (expr.op === 'not') return this.#condition(expr.args[0]!);
      const [a, b] = expr.args as readonly [Expr, Expr];
      // Not (not a or b), as an implication fails: a and not b.
      if (expr.op === 'or' && (this.#isInverted(a) || this.#isInverted(b))) {
        return joined(this.#negation(a), '&&', LOGICAL_AND, this.#negation(b));
      }
    }
    return { text: '!' + grouped(this.#condition(expr), PREFIX + 1), precedence: PREFIX };
  }

  #condition(expr: Expr): Text {
    if (expr.kind !== 'op' || this.#net(expr) !== null) return this.#value(expr, null);
    const [a, b] = expr.args as readonly [Expr, Expr];
    switch (expr.op) {
      case 'and':
        return joined(this.#condition(a), '&&', LOGICAL_AND, this.#condition(b));
      case 'or':
        return joined(this.#condition(a), '||', LOGICAL_OR, this.#condition(b));
      case 'not':
        return this.#negation(a);
      default:
        return this.#value(expr, null);
    }
  }
}

function formatOf(expr: Expr): Format | null {
  return expr.kind === 'ref' ? expr.decl.format : null;
}
