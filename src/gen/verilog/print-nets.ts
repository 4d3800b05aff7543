// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { NetDecl } from '../../ir/module.ts';
import type { Span } from '../../ir/span.ts';
import type { NetChoice } from './decide-nets.ts';
import { type ModuleContext, rangeText, remark } from './module-context.ts';
import type { ExprPrinter } from './print-expr.ts';
import { StatementPrinter } from './print-statements.ts';
import type { Writer } from './writer.ts';

/** Declares nets before their first use: Verilog wants that order, and readers too. */
export class NetPrinter {
  readonly #seen: Uint8Array;
  readonly #done: Set<NetDecl>;
  readonly #lines: StatementPrinter;

  constructor(
    private readonly context: ModuleContext,
    private readonly out: Writer,
    private readonly exprs: ExprPrinter,
    private readonly nets: NetChoice,
    /** What stands further up, and with it all nets of the user; expressions written in place there may be nets here. */
    private readonly declared: NetChoice | null = null,
  ) {
    this.#done = new Set(declared ? context.plan.nets : []);
    this.#seen = new Uint8Array(context.plan.module.pool.size);
    this.#lines = new StatementPrinter(out, exprs, '=');
  }

  /** Declares a net of the user, unless another one needed it before. */
  user(net: NetDecl): void {
    if (this.#done.has(net)) return;
    this.require([net.value], net.span);
    if (this.#done.has(net)) return;
    this.#done.add(net);
    this.#print(this.context.names.decl(net), net.value, net);
  }

  /** Declares the nets that the text of these expressions reads. Depth first with a stack of our own. */
  require(roots: readonly Expr[], span: Span): void {
    // An expression stands on the stack until it is met a second time, when everything inside it is declared.
    const stack: Expr[] = [];
    const open: Expr[] = [];
    for (const root of roots) {
      stack.push(root);
      for (let expr = stack.pop(); expr; expr = stack.pop()) {
        if (open.at(-1) === expr) {
          open.pop();
          this.#finish(expr, span);
        } else if (this.#seen[expr.id] !== 1 && !this.#isDeclared(expr)) {
          this.#seen[expr.id] = 1;
          stack.push(expr);
          open.push(expr);
          pushInside(stack, expr);
        }
      }
    }
  }

  #isDeclared(expr: Expr): boolean {
    if (expr.kind === 'ref') return expr.decl.kind === 'net' && this.#done.has(expr.decl);
    return this.declared?.has(expr) ?? false;
  }

  #finish(expr: Expr, span: Span): void {
    const net = expr.kind === 'ref' && expr.decl.kind === 'net' ? expr.decl : this.nets.get(expr);
    if (net === undefined) return;
    if (net === null) this.#print(this.context.names.net(expr)!, expr, null, span);
    else if (net.kind === 'net' && !this.#done.has(net)) {
      this.#done.add(net);
      this.#print(this.context.names.decl(net), net.value, net);
    }
  }

  #print(name: string, value: Expr, decl: NetDecl | null, span?: Span): void {
    const { exprs } = this;
    const at = decl?.span ?? span;
    const note = decl ? remark(this.context, decl) : '';
    const range = rangeText(value.width);
    const head = range === '' ? name : `${range} ${name}`;
    if (exprs.isCase(value, name)) {
      this.out.line(`  reg ${head};${note}`, at);
      this.#lines.line('always @* begin', 2, at);
      this.#lines.selection(name, value, decl?.format ?? null, 4);
      this.#lines.line('end', 2);
      return;
    }
    this.#lines.line(`wire ${head} = ${exprs.definition(value, name, decl?.format)};`, 2, at, note);
  }
}

/** What an expression reads, so that the first of it is taken first. */
function pushInside(stack: Expr[], expr: Expr): void {
  if (expr.kind === 'slice') stack.push(expr.arg);
  else if (expr.kind === 'op') for (let i = expr.args.length - 1; i >= 0; i--) stack.push(expr.args[i]!);
  else if (expr.kind === 'ref' && expr.decl.kind === 'net') stack.push(expr.decl.value);
}
