// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, elaborate, input, memory, output, UInt } from '../../src/dsl/index.ts';
import { isVerilogKeyword, verilogKeywords } from '../../src/ir/keywords.ts';
import { forEachStmt, reachableExprs, readDecls, rootExprs } from '../../src/ir/walk.ts';
import { blockOf } from '../diagnostics/support.ts';

const { top } = elaborate(
  blockOf('top', (m) => {
    const io = m.ports({ go: input(Bool), at: input(UInt(2)), spare: input(UInt(8)), y: output(UInt(8)) });
    const { table } = m.mems({ table: memory(UInt(8), 4, { init: [1, 2, 3, 4] }) });
    const word = table.read('read', io.at);
    io.spare.not(); // Made, and used by nobody.
    io.y.assign(0);
    m.when(io.go, () => {
      m.switch(word.low(2)).case(1, () => io.y.assign(word.addWrap(word.not())));
    });
  }),
);

test('statements come outer before inner, in source order', () => {
  const kinds: string[] = [];
  forEachStmt(top.body, (stmt) => kinds.push(stmt.kind));
  expect(kinds).toEqual(['assign', 'when', 'switch', 'assign']);
});

test('expressions in use come once, operands before users', () => {
  const exprs = reachableExprs(rootExprs(top));
  expect(new Set(exprs).size).toBe(exprs.length);
  for (const expr of exprs) {
    if (expr.kind !== 'op') continue;
    for (const arg of expr.args) expect(exprs.indexOf(arg)).toBeLessThan(exprs.indexOf(expr));
  }
});

test('declarations that are read', () => {
  const names = [...readDecls(rootExprs(top))].map((decl) => decl.name);
  expect(names.sort()).toEqual(['at', 'go', 'table_read']);
});

test('keywords are told from names', () => {
  expect(
    ['reg', 'logic', 'byte', 'uwire', 'endmodule', 'checker', 'unique0'].filter((word) => !isVerilogKeyword(word)),
  ).toEqual([]);
  expect(['data', 'Reg', 'clk', 'toString', ''].filter(isVerilogKeyword)).toEqual([]);
  expect(verilogKeywords.size).toBe(248);
});
