// SPDX-License-Identifier: Apache-2.0
import type { BlackBox, Module } from '../ir/module.ts';
import { ExprPool } from '../ir/pool.ts';
import type { Span } from '../ir/span.ts';

/** A module with nothing in it yet. */
export function emptyModule(
  name: string,
  block: string,
  params: string,
  doc: string,
  span: Span,
  blackBox: BlackBox | null = null,
): Module {
  return {
    name,
    block,
    params,
    doc,
    span,
    pool: new ExprPool(),
    ports: [],
    wires: [],
    nets: [],
    regs: [],
    memories: [],
    instances: [],
    body: [],
    properties: [],
    domains: [],
    streams: [],
    interface: {},
    blackBox,
  };
}
