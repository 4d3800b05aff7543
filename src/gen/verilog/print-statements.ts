// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import type { AssignStmt, Format, Stmt, SwitchStmt, WhenStmt } from '../../ir/module.ts';
import type { Span } from '../../ir/span.ts';
import { isWhole } from './comb-items.ts';
import type { ExprPrinter } from './print-expr.ts';
import { COLUMNS, unbroken, wrap } from './wrap.ts';
import type { Writer } from './writer.ts';

/** Blanks by their number. */
const margins: string[] = [];

/** Statements of always blocks as text, with the structure in which they were written. */
export class StatementPrinter {
  readonly #out: Writer;
  readonly #exprs: ExprPrinter;
  readonly #becomes: '=' | '<=';

  constructor(out: Writer, exprs: ExprPrinter, becomes: '=' | '<=') {
    this.#out = out;
    this.#exprs = exprs;
    this.#becomes = becomes;
  }

  body(body: readonly Stmt[], indent: number): void {
    for (const stmt of body) {
      switch (stmt.kind) {
        case 'assign':
          this.line(this.#assignment(stmt), indent, stmt.span);
          break;
        case 'when':
          this.#when(stmt, indent);
          break;
        case 'switch':
          this.#switch(stmt, indent);
          break;
        default:
          assertNever(stmt);
      }
    }
  }

  /** One statement, on as many lines as it needs; the note stands behind a single line, else above the lines. */
  line(text: string, indent: number, span?: Span, note = ''): void {
    const margin = (margins[indent] ??= ' '.repeat(indent));
    if (indent + text.length <= COLUMNS) {
      this.#out.line(margin + unbroken(text) + note, span);
      return;
    }
    const lines = wrap(text, indent, indent + 4);
    if (lines.length === 1) {
      this.#out.line(margin + lines[0]! + note, span);
      return;
    }
    if (note !== '') this.#out.line(margin + note.trimStart(), span);
    lines.forEach((line, i) => this.#out.line(i === 0 ? margin + line : line, span));
  }

  /** A selection as a case statement: the last choice also serves an index beyond the choices. */
  selection(target: string, select: OpExpr, format: Format | null, indent: number): void {
    const [index, ...choices] = select.args as readonly [Expr, ...Expr[]];
    this.line(`case (${this.#exprs.value(index)})`, indent);
    choices.forEach((choice, i) => {
      const label = i === choices.length - 1 ? 'default' : this.#exprs.constant(BigInt(i), index.width, null);
      this.line(`${label}: ${target} ${this.#becomes} ${this.#exprs.value(choice, format)};`, indent + 2);
    });
    this.line('endcase', indent);
  }

  #assignment({ target, value }: AssignStmt): string {
    const left = this.#exprs.bits(target.decl, target.lo, target.width);
    const format = isWhole(target) ? target.decl.format : null;
    return `${left} ${this.#becomes} ${this.#exprs.value(value, format)};`;
  }

  #when(stmt: WhenStmt, indent: number): void {
    this.#arms(stmt, indent, '');
  }

  /** What follows an `if (...) begin ...`; `else { if ... }` becomes `else if`. */
  otherwise(body: readonly Stmt[] | null, indent: number): void {
    const [only] = body ?? [];
    if (body?.length === 1 && only?.kind === 'when') {
      this.#arms(only, indent, 'end else ');
      return;
    }
    if (only) {
      this.line('end else begin', indent);
      this.body(body!, indent + 2);
    }
    this.line('end', indent);
  }

  #arms({ arms, otherwise, span }: WhenStmt, indent: number, lead: string): void {
    const [first] = arms;
    if (arms.length === 1 && first!.body.length === 0) {
      // Nothing happens where the condition holds, so it is the opposite that matters.
      this.line(`${lead}if (${this.#exprs.negation(first!.condition)}) begin`, indent, span);
      this.body(otherwise!, indent + 2);
      this.line('end', indent);
      return;
    }
    arms.forEach((arm, i) => {
      const before = i === 0 ? lead : 'end else ';
      this.line(`${before}if (${this.#exprs.condition(arm.condition)}) begin`, indent, arm.span);
      this.#inside(arm.body, indent + 2);
    });
    this.otherwise(otherwise, indent);
  }

  #inside(body: readonly Stmt[], indent: number): void {
    if (body.length === 0) this.line('// nothing changes', indent);
    else this.body(body, indent);
  }

  #switch(stmt: SwitchStmt, indent: number): void {
    const { subject } = stmt;
    const format = subject.kind === 'ref' ? subject.decl.format : null;
    const listed = stmt.cases.reduce((sum, one) => sum + one.values.length, 0);
    // All values listed: the last case is also the default, so that no value of a simulator falls through.
    const isComplete = stmt.otherwise === null && subject.width < 31 && listed === 2 ** subject.width;
    this.line(`case (${this.#exprs.value(subject)})`, indent, stmt.span);
    stmt.cases.forEach((one, i) => {
      if (isComplete && i === stmt.cases.length - 1) {
        const names = one.values.map((value) => this.#exprs.constantInWords(value, subject.width, format)).join(', ');
        this.#case('default', one.body, indent + 2, ` // ${names}`, one.span);
      } else {
        const labels = one.values.map((value) => this.#exprs.constant(value, subject.width, format)).join(', ');
        this.#case(labels, one.body, indent + 2, '', one.span);
      }
    });
    if (!isComplete) this.#case('default', stmt.otherwise ?? [], indent + 2, '', stmt.span);
    this.line('endcase', indent);
  }

  #case(label: string, body: readonly Stmt[], indent: number, note: string, span: Span): void {
    const [only] = body;
    if (!only) {
      this.line(`${label}: ;${note}`, indent, span);
    } else if (body.length === 1 && only.kind === 'assign') {
      this.line(`${label}: ${this.#assignment(only)}${note}`, indent, span);
    } else {
      this.line(`${label}: begin${note}`, indent, span);
      this.body(body, indent + 2);
      this.line('end', indent);
    }
  }
}
