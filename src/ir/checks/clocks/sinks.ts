// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../expr.ts';
import type { InstInDecl, Module, PortDecl, RegDecl } from '../../module.ts';
import type { Span } from '../../span.ts';
import { exprsOfPort } from '../../walk.ts';
import { describeDecl } from '../describe.ts';
import { domainOf } from './domains.ts';

/** A place that takes values over in one clock domain. */
export interface Sink {
  readonly text: string;
  readonly domain: string;
  readonly span: Span;
  /** What takes the value over: a declaration that statements drive, or expressions. */
  readonly takes: RegDecl | PortDecl | InstInDecl | readonly Expr[];
}

/** Every place of a module whose values must come from its own domain. Cost: linear. */
export function sinksOf(module: Module): Sink[] {
  const regs = module.regs.map((reg): Sink => ({
    text: describeDecl(reg),
    domain: reg.domain.name,
    span: reg.span,
    takes: reg,
  }));
  const outputs = module.ports.flatMap((port): Sink[] => {
    if (port.direction !== 'output' || port.domain === null) return [];
    return [{ text: describeDecl(port), domain: port.domain.name, span: port.span, takes: port }];
  });
  const pins = module.instances.flatMap((instance) =>
    instance.inputs.flatMap((pin): Sink[] => {
      const inChild = domainOf(instance.module, pin.port);
      if (inChild === null) return [];
      const domain = instance.domains.get(inChild)?.name ?? inChild;
      return [{ text: describeDecl(pin), domain, span: instance.span, takes: pin }];
    }),
  );
  const memories = module.memories.flatMap((memory) =>
    memory.ports.map((port): Sink => ({
      text: `${port.kind} port ${port.name} of memory ${memory.name}`,
      domain: port.domain.name,
      span: memory.span,
      takes: exprsOfPort(port),
    })),
  );
  const properties = module.properties.map(({ kind, name, domain, span, guard, condition }): Sink => ({
    text: `the ${kind} ${name}`,
    domain: domain.name,
    span,
    takes: [guard, condition],
  }));
  return [...regs, ...outputs, ...pins, ...memories, ...properties];
}
