// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** One mention of another module: `import`, `export from`, `import()` or `import('...').Type`. */
export interface Import {
  readonly from: string;
  readonly line: number;
  /** The text between the quotes. */
  readonly specifier: string;
  /** The imported file relative to the root for a relative specifier, otherwise null. */
  readonly target: string | null;
  /** Gone at run time. `import { type A }` is not: it still loads the module. */
  readonly typeOnly: boolean;
}

/** All imports of one file, found in its syntax tree, so that comments and strings do not count. */
export function importsOf(path: string, text: string): Import[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, false);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { line } = file.getLineAndCharacterOfPosition(specifier.getStart(file));
    const isRelative = specifier.text.startsWith('.');
    const target = isRelative ? posix.join(posix.dirname(path), specifier.text) : null;
    found.push({ from: path, line: line + 1, specifier: specifier.text, target, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Reads the imports of files below `root`, each file once. */
export function importReader(root: string): (path: string) => readonly Import[] {
  const known = new Map<string, readonly Import[]>();
  return (path) => {
    const cached = known.get(path);
    if (cached !== undefined) return cached;
    const file = posix.join(root, path);
    const imports = existsSync(file) ? importsOf(path, readFileSync(file, 'utf8')) : [];
    known.set(path, imports);
    return imports;
  };
}
