// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { BlackBox, Domain } from '../ir/module.ts';
import { captureSpan, type Span } from '../ir/span.ts';
import type { ModuleBuilder } from './builder.ts';
import { parseParams } from './params.ts';
import type { interfaceOf, InterfaceSpec } from './ports.ts';

/** A block with chosen parameters; what `instances` and `elaborate` take. `I` is its interface. */
export interface BlockCall<I = unknown> {
  readonly block: Block;
  /** Parsed parameters: defaults filled in. */
  readonly params: unknown;
  /** Domains of the parent for the block's own domains, by the block's name for them. */
  readonly domains: Readonly<Record<string, Domain>>;
  /**
   * The same call with the block's clock domains, by the block's names, connected to domains of the parent. What is not said here: the
   * only domain of a block follows the domain that the instance is made in, one of several takes the parent's of equal name.
   */
  clocked(domains: Readonly<Record<string, Domain>>): BlockCall<I>;
  readonly interface?: I;
}

export interface Block {
  readonly name: string;
  readonly doc: string;
  readonly schema: z.ZodType;
  readonly span: Span;
  readonly body: (m: ModuleBuilder, params: never) => unknown;
  readonly blackBox: ((params: never) => ForeignModule) | null;
}

/** The foreign side of a black box. */
export type ForeignModule = Omit<BlackBox, 'model'> & {
  /** Name of the foreign module. */
  readonly name: string;
  /** A block with the same ports that simulates it. */
  readonly model?: BlockCall;
};

export interface BlockOptions<P> {
  /** One or two sentences for the head of the Verilog module and the data sheet. */
  readonly doc?: string;
  /** Makes it a black box: the body gives the ports only. */
  readonly blackBox?: (params: P) => ForeignModule;
}

/** The interface that a block's returned ports were made from. */
type InterfaceOf<R> = R extends { readonly [interfaceOf]?: infer I } ? Exclude<I, undefined> : InterfaceSpec;

/** A block: give it parameters to get something that can be instantiated or elaborated. */
export interface BlockMaker<S extends z.ZodType, I> {
  (params: z.input<S>): BlockCall<I>;
  readonly block: Block;
}

/**
 * Defines a block: a function from parameters to hardware, run once for each distinct parameter set of a design. It returns
 * its ports (`return io`), so that instances of it are typed.
 *
 * ```ts
 * export const counter = block('counter', z.strictObject({ width: z.int().min(1) }), (m, p) => {
 *   const io = m.ports({ enable: input(Bool), count: output(UInt(p.width)) });
 *   const { value } = m.regs({ value: UInt(p.width).init(0) });
 *   m.when(io.enable, () => value.next(value.addWrap(1)));
 *   io.count.assign(value);
 *   return io;
 * });
 * ```
 */
export function block<S extends z.ZodType, R>(
  name: string,
  schema: S,
  body: (m: ModuleBuilder, params: z.output<S>) => R,
  options: BlockOptions<z.output<S>> = {},
): BlockMaker<S, InterfaceOf<R>> {
  const definition: Block = {
    name,
    doc: options.doc ?? '',
    schema,
    span: captureSpan(),
    body: body,
    blackBox: (options.blackBox as Block['blackBox'] | undefined) ?? null,
  };
  const make = (params: z.input<S>): BlockCall<InterfaceOf<R>> =>
    blockCall(definition, parseParams(name, schema, params), {});
  return Object.assign(make, { block: definition });
}

function blockCall<I>(definition: Block, params: unknown, domains: Readonly<Record<string, Domain>>): BlockCall<I> {
  return {
    block: definition,
    params,
    domains,
    clocked: (more) => blockCall<I>(definition, params, { ...domains, ...more }),
  };
}
