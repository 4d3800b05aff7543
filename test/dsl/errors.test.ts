// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, output, UInt, type UIntType } from '../../src/dsl/index.ts';
import { KilnError } from '../../src/ir/diagnostics.ts';
import { blockOf, elaborated, faultOf } from './support.ts';

// A width that TypeScript does not know.
const five: UIntType = UInt(5);

const leaf = block('leaf', z.strictObject({ fault: z.string() }), (m, p) => {
  const io = m.ports({ a: input(UInt(4)), y: output(UInt(4)) });
  if (p.fault === 'width') io.y.assign(io.a.addWrap(m.lit(0, five)));
  else if (p.fault === 'type') UInt(-1);
  else if (p.fault === 'host') throw new Error('the leaf is out of order');
  else if (p.fault === 'none') io.y.assign(io.a);
  return io;
});

const middle = block('middle', z.strictObject({ fault: z.string() }), (m, p) => {
  const { below } = m.instances({ below: leaf(p) });
  below.a.assign(1);
  return {};
});

function diagnosticsOf(make: () => unknown): { code: string; module: string; file: string }[] {
  try {
    make();
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
    return error.diagnostics.map(({ code, module, spans }) => ({ code, module, file: spans[0]!.span.file }));
  }
  return [];
}

describe('errors below the top', () => {
  test.each([
    ['an operator', 'width', 'KLN-W001'],
    ['a type, which belongs to no module', 'type', 'KLN-W007'],
    ['a check', 'undriven', 'KLN-D001'],
  ])('%s', (_, fault, code) => {
    const found = diagnosticsOf(() => elaborate(middle({ fault })));
    expect(found).toEqual([{ code, module: `leaf_fault_${fault}`, file: 'test/dsl/errors.test.ts' }]);
  });

  test('errors of the user pass through as they are', () => {
    expect(() => elaborate(middle({ fault: 'host' }))).toThrow(new Error('the leaf is out of order'));
  });

  test('an error that the parent catches leaves the design usable', () => {
    const { modules } = elaborated((m) => {
      expect(() => m.instances({ broken: leaf({ fault: 'width' }) })).toThrow('KLN-W001');
      expect(() => m.instances({ broken: leaf({ fault: 'width' }) })).toThrow('KLN-W001');
      const { fine } = m.instances({ fine: leaf({ fault: 'none' }) });
      fine.a.assign(2);
    });
    expect(modules.map((module) => module.name)).toEqual(['leaf_fault_none', 'top']);
  });
});

describe('parameters', () => {
  const Params = z.strictObject({
    width: z.int().min(1),
    lanes: z.int().min(1).default(4),
    memory: z.strictObject({ depth: z.int().min(1), banks: z.int().default(1) }).optional(),
  });
  const made = block('made', Params, () => ({}));
  const messages = (params: unknown): string[] => {
    try {
      made(params as never);
    } catch (error) {
      return (error as KilnError).diagnostics.map(({ message, cure }) => `${message} ${cure}`);
    }
    return [];
  };

  test('a misspelt key has a suggestion and the list of keys', () => {
    expect(messages({ width: 8, lnaes: 2 })).toEqual([
      'made: there is no parameter lnaes. Did you mean lanes? It has width, lanes, memory.',
    ]);
    expect(messages({ width: 8, memory: { depht: 2, depth: 1 } })).toEqual([
      'made: there is no parameter memory.depht. Did you mean depth? It has depth, banks.',
    ]);
    expect(messages({ width: 8, colour: 2 })).toEqual([
      'made: there is no parameter colour. It has width, lanes, memory.',
    ]);
  });

  test('all that is wrong is listed together', () => {
    expect(messages({ widht: 8, lanes: 0, memory: { depth: '4' } })).toEqual([
      'made: parameter width is missing: number expected. Give it; only parameters with a default can be left out.',
      'made: parameter lanes: Too small: expected number to be >=1. Give a value in the range that the block documents.',
      'made: parameter memory.depth: Invalid input: expected number, received string. Give a value in the range that the block documents.',
      'made: there is no parameter widht. Did you mean width? It has width, lanes, memory.',
    ]);
  });
});

describe('positions', () => {
  test('are those of the call, however it is made', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ a: input(UInt(8)), en: input(Bool), y: output(UInt(8)) });
      const { held } = m.regs({ held: UInt(8) });
      m.when(io.en, () => held.next(io.a));
      io.y.assign(held);
    });
    const [first, second] = top.body;
    const inner = first!.kind === 'when' ? first!.arms[0]!.body[0]! : null;
    const spans = [top.regs[0]!.span, first!.span, inner!.span, second!.span];
    expect(spans.every((span) => span.file === 'test/dsl/errors.test.ts')).toBe(true);
    const line = spans[0]!.line;
    expect(spans.map((span) => span.line - line)).toEqual([0, 1, 1, 2]);
    expect(spans[2]!.column).toBeGreaterThan(spans[1]!.column);
  });

  test('a statement over many leaves has one position', () => {
    const { top } = elaborated((m) => {
      const { a, b } = m.regs({ a: UInt(2), b: UInt(2) });
      const { pair } = m.nets({ pair: { x: a, y: b } });
      m.drive({ x: b, y: a }, pair);
    });
    expect(new Set(top.body.map((stmt) => stmt.span)).size).toBe(1);
  });
});

test('a signal of another module', () => {
  let stolen: unknown;
  blockOf('unused', () => undefined);
  const thief = block('thief', z.strictObject({}), (m) => {
    const io = m.ports({ y: output(UInt(4)) });
    io.y.assign(stolen as never);
    return io;
  });
  const text = faultOf((m) => {
    stolen = m.ports({ a: input(UInt(4)) }).a;
    m.instances({ thief: thief({}) });
  });
  expect(text).toBe('KLN-S002 thief: a belongs to another module and is used in thief.');
});
