// SPDX-License-Identifier: Apache-2.0
import { ts } from 'ts-morph';
import type { Finding } from './finding.ts';
import { HardwareTypes } from './hardware-type.ts';
import { ARITHMETIC, COALESCING, EQUALITY, LOGICAL, PREDICATE_METHODS } from './operators.ts';
import { ASKS_TRUTH, OPTIONAL_CURE, OPTIONAL_MEANING, RULES, type RuleCode } from './rules.ts';

/** Finds the traps of one file. Types are asked for only at the forms that can be traps. */
export class TrapFinder {
  readonly #types: HardwareTypes;
  #findings: Finding[] = [];

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly file: ts.SourceFile,
    private readonly path: string,
  ) {
    this.#types = new HardwareTypes(checker);
  }

  /** The findings in the order of the lines. */
  find(): Finding[] {
    this.#findings = [];
    const visit = (node: ts.Node): void => {
      this.#visit(node);
      ts.forEachChild(node, visit);
    };
    visit(this.file);
    return this.#findings.sort((a, b) => a.line - b.line || a.column - b.column);
  }

  #report(code: RuleCode, at: ts.Expression, subject: string, consequence: string): void {
    const type = this.#typeOf(at);
    const name = this.#types.nameOf(type);
    if (name === null) return;
    const { line, character } = this.file.getLineAndCharacterOfPosition(at.getStart(this.file));
    const optional = ASKS_TRUTH.has(code) && this.#types.mayBeNullish(type);
    this.#findings.push({
      path: this.path,
      line: line + 1,
      column: character + 1,
      code,
      message: `${subject} the ${name} \`${excerpt(at, this.file)}\`: ${optional ? OPTIONAL_MEANING : consequence}`,
      cure: optional ? `${OPTIONAL_CURE}, or ${RULES[code].cure}` : RULES[code].cure,
    });
  }

  #visit(node: ts.Node): void {
    if (ts.isIfStatement(node)) {
      this.#report(
        'KLN-T001',
        node.expression,
        '`if` on',
        'decided once, while the circuit is built, and always taken',
      );
    } else if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
      this.#report('KLN-T001', node.expression, '`while` on', 'always true, so the loop does not end');
    } else if (ts.isForStatement(node) && node.condition !== undefined) {
      this.#report('KLN-T001', node.condition, '`for` condition on', 'always true, so the loop does not end');
    } else if (ts.isConditionalExpression(node)) {
      this.#report('KLN-T005', node.condition, '`?:` on', 'always takes the first branch');
    } else if (ts.isSwitchStatement(node)) {
      this.#switch(node);
    } else if (ts.isPrefixUnaryExpression(node)) {
      const operator = ts.tokenToString(node.operator) ?? '';
      if (node.operator === ts.SyntaxKind.ExclamationToken) {
        this.#report('KLN-T002', node.operand, '`!` on', 'always false');
      } else {
        this.#report('KLN-T007', node.operand, `\`${operator}\` on`, 'JavaScript arithmetic, not hardware');
      }
    } else if (ts.isPostfixUnaryExpression(node)) {
      const operator = ts.tokenToString(node.operator) ?? '';
      this.#report('KLN-T007', node.operand, `\`${operator}\` on`, 'JavaScript arithmetic, not hardware');
    } else if (ts.isBinaryExpression(node)) {
      this.#binary(node);
    } else if (ts.isCallExpression(node)) {
      this.#call(node);
    }
  }

  #switch(node: ts.SwitchStatement): void {
    if (this.#isHardware(node.expression)) {
      this.#report('KLN-T006', node.expression, '`switch` on', 'compares objects while the circuit is built');
      return;
    }
    // `switch (true) { case valid: ... }` is an `if` chain in disguise.
    for (const clause of node.caseBlock.clauses) {
      if (!ts.isCaseClause(clause)) continue;
      this.#report('KLN-T006', clause.expression, '`case`', 'compares objects while the circuit is built');
    }
  }

  #binary(node: ts.BinaryExpression): void {
    const kind = node.operatorToken.kind;
    const operator = `\`${node.operatorToken.getText()}\``;
    if (LOGICAL.has(kind)) {
      // The right side is only passed on: `host && signal` has the type `false | Signal` and so is not silent.
      this.#report('KLN-T003', lastOperand(node.left), `${operator} on`, 'always true, so one side is thrown away');
    } else if (COALESCING.has(kind)) {
      const type = this.#typeOf(node.left);
      if (this.#types.mayBeNullish(type)) return; // the default of an optional signal
      this.#report('KLN-T003', node.left, `${operator} on`, 'always there, so the right side is never used');
    } else if (EQUALITY.has(kind)) {
      const sides = [node.left, node.right];
      if (sides.some((side) => this.#types.isNullish(this.#typeOf(side)))) return;
      const hardware = sides.find((side) => this.#isHardware(side));
      if (hardware === undefined) return;
      this.#report('KLN-T004', hardware, `${operator} on`, 'compares objects while the circuit is built, not values');
    } else if (ARITHMETIC.has(kind)) {
      const hardware = [node.left, node.right].find((side) => this.#isHardware(side));
      if (hardware === undefined) return;
      this.#report('KLN-T007', hardware, `${operator} on`, 'JavaScript arithmetic, not hardware');
    }
  }

  #call(node: ts.CallExpression): void {
    const [argument] = node.arguments;
    if (argument === undefined) return;
    if (ts.isIdentifier(node.expression) && node.expression.text === 'Boolean') {
      this.#report('KLN-T002', argument, '`Boolean()` on', 'always true');
    } else if (ts.isPropertyAccessExpression(node.expression) && PREDICATE_METHODS.has(node.expression.name.text)) {
      // A method of the same name on a hardware vector builds hardware; only arrays ask JavaScript.
      if (!this.checker.isArrayLikeType(this.#typeOf(node.expression.expression))) return;
      const body = ts.isArrowFunction(argument) && !ts.isBlock(argument.body) ? argument.body : undefined;
      const returned = body === undefined ? returnedBy(argument) : [body];
      for (const value of returned) {
        this.#report('KLN-T008', value, `\`${node.expression.name.text}\` decides on`, 'always true');
      }
    }
  }

  #isHardware(node: ts.Expression): boolean {
    return this.#types.nameOf(this.#typeOf(node)) !== null;
  }

  #typeOf(node: ts.Expression): ts.Type {
    return this.checker.getTypeAtLocation(node);
  }
}

/** `a && b` has the value of `b` where `a` is an object, so in `a && b && c` the second `&&` is about `b`. */
function lastOperand(node: ts.Expression): ts.Expression {
  const inner = unwrapped(node);
  if (!ts.isBinaryExpression(inner) || !LOGICAL.has(inner.operatorToken.kind)) return node;
  return lastOperand(inner.right);
}

/** What a callback written with a block returns. */
function returnedBy(callback: ts.Expression): ts.Expression[] {
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return [];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(callback.body, visit);
  return found;
}

function excerpt(node: ts.Node, file: ts.SourceFile): string {
  const text = node.getText(file).replaceAll(/\s+/g, ' ');
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

function unwrapped(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? unwrapped(node.expression) : node;
}
