// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, clockDomain, elaborate, input, output } from '../../src/dsl/index.ts';
import { checkDomainMap } from '../../src/ir/checks/domain-map.ts';
import { renderDiagnostic } from '../../src/ir/diagnostics.ts';
import { blockOf, reportOf } from './support.ts';

const quick = clockDomain('quick');

const delay = blockOf('delay', (m) => {
  const io = m.ports({ a: input(Bool), y: output(Bool) });
  m.in(quick, () => {
    const { held } = m.regs({ held: Bool });
    held.next(io.a);
    io.y.assign(held);
  });
});

const parent = blockOf('parent', (m) => {
  const io = m.ports({ a: input(Bool), y: output(Bool) });
  type Pins = Record<'a' | 'y', { assign(value: unknown): void }>;
  const { stage } = m.instances({ stage: delay }) as never as Record<'stage', Pins>;
  stage.a.assign(io.a);
  io.y.assign(stage.y as never);
});

// The language maps every domain by itself, so the check is shown on what it would say if it did not.
test('a domain of the child that the parent does not have', () => {
  const { top } = elaborate(parent);
  const instance = { ...top.instances[0]!, domains: new Map() };
  const found = checkDomainMap({ ...top, instances: [instance] });
  expect(found.map(renderDiagnostic).join('\n')).toMatchInlineSnapshot(`
    "error KLN-C002: Domain quick of instance stage is not connected to a clock domain of parent.
      at test/diagnostics/KLN-C002.test.ts:22:23  instance stage of delay
      at test/diagnostics/support.ts:8:10  its block
      in module parent
      why:  parent has sys.
      cure: Connect it: .clocked({ quick: domain })."
  `);
});

test('a domain that is mapped to one without a clock here', () => {
  const { top } = elaborate(parent);
  const found = checkDomainMap({ ...top, domains: [] });
  expect(found[0]?.message).toMatchInlineSnapshot(
    `"Domain quick of instance stage is connected to sys, which is not a clock domain of parent."`,
  );
});

test('the only domain of a child follows the current one, and others keep their names', () => {
  expect(reportOf((m) => m.in(quick, () => void m.instances({ delay })))).not.toContain('error KLN-C002');
  expect(reportOf((m) => void m.instances({ delay: delay.clocked({ quick }) }))).not.toContain('error KLN-C002');
});
