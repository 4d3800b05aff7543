// SPDX-License-Identifier: Apache-2.0
import type { Decl, Domain, InstInDecl, InstOutDecl, Module, PortDecl, WireDecl } from '../ir/module.ts';
import { callerSpan, captureSpan } from '../ir/span.ts';
import type { Bits } from './bits.ts';
import type { BlockCall } from './block.ts';
import type { HostInt } from './operation.ts';
import { clockOf, resetOf } from './clocks.ts';
import { SwitchChain, WhenChain } from './control.ts';
import { addRegister, declared, type RegOptions, type RegSpecs } from './declare.ts';
import { systemDomain } from './domain.ts';
import { Fsm } from './fsm.ts';
import { addInstance, type InstanceViews } from './instance.ts';
import type { MemorySpec, MemoryView } from './memory.ts';
import { addMemory } from './memory-builder.ts';
import { OwnerCore } from './owner-core.ts';
import { Pipeline, type PipelineOptions } from './pipeline.ts';
import { buildInterface } from './port-builder.ts';
import type { InterfaceSpec, Ports } from './ports.ts';
import { type Reg, Signal, Wire } from './signal.ts';
import { Bool, EnumType, type GroundType, type Type, type UIntType } from './types.ts';
import { typeOfView } from './pack.ts';
import { type AnyView, makeView, type Value, type View, driveView } from './view.ts';

type Bit = Signal<UIntType<1>>;
type Condition = Bit | Signal | boolean | 0 | 1;

/** How new blocks below are elaborated; a builder knows nothing else about the design around it. */
export interface Elaborator {
  elaborate(call: BlockCall): Module;
}

/**
 * What a block describes itself with. All names come from the keys of the records that are given: nothing is numbered, so
 * adding a line elsewhere changes no name.
 */
export class ModuleBuilder {
  readonly core: OwnerCore;
  readonly #elaborator: Elaborator;
  #domain: Domain = systemDomain;

  constructor(module: Module, elaborator: Elaborator) {
    this.core = new OwnerCore(module);
    this.#elaborator = elaborator;
  }

  get module(): Module {
    return this.core.module;
  }

  // --- declarations ----------------------------------------------------------------------------------------------

  /** The ports of the block; several calls add up. Return the result from the block, so that instances are typed. */
  ports<const S extends InterfaceSpec>(spec: S): Ports<S> {
    const { module } = this;
    module.interface = { ...(module.interface as InterfaceSpec), ...spec };
    const decls = new Map<Signal, PortDecl>();
    const span = captureSpan();
    const view = buildInterface(
      spec,
      [],
      false,
      (direction, type, path, { comment, domain }) => {
        if (domain) this.useDomain(domain);
        const decl: PortDecl = {
          kind: 'port',
          role: 'data',
          direction,
          domain,
          ...declared(type, path, comment, span),
        };
        module.ports.push(decl);
        const signal = direction === 'input' ? this.#read(decl, type) : this.#wire(decl, type);
        decls.set(signal, decl);
        return signal;
      },
      (name, direction, valid, ready, payload) => {
        const port = (signal: Signal): PortDecl => decls.get(signal)!;
        module.streams.push({ name, direction, valid: port(valid), ready: port(ready), payload: payload.map(port) });
      },
    );
    return view as Ports<S>;
  }

  /** Registers in the current clock domain. A type with `.init(v)` is reset to v; without it there is no reset. */
  regs<const S extends RegSpecs>(specs: S, options: RegOptions = {}): { readonly [K in keyof S]: View<S[K], 'reg'> } {
    const span = callerSpan(this, 'regs');
    // Without a prototype V8 makes it a table at once; otherwise every new name would be a new shape, at twice the time.
    const views = Object.create(null) as Record<string, AnyView>;
    for (const name of Object.keys(specs)) views[name] = addRegister(this, name, specs[name]!, options, span);
    return views as { [K in keyof S]: View<S[K], 'reg'> };
  }

  /** Combinational variables; each must be assigned on every path (a default first, overrides after it). */
  wires<const S extends Readonly<Record<string, Type>>>(types: S): { readonly [K in keyof S]: View<S[K], 'wire'> } {
    const span = callerSpan(this, 'wires');
    const views = Object.entries(types).map(([name, type]) => {
      const view = makeView(type, [name], (ground, path) => {
        const decl: WireDecl = { kind: 'wire', ...declared(ground, path, '', span) };
        this.module.wires.push(decl);
        return this.#wire(decl, ground);
      });
      return [name, view] as const;
    });
    return Object.fromEntries(views) as { [K in keyof S]: View<S[K], 'wire'> };
  }

  /** Names for expressions: the same values, called so in the Verilog and in waves. */
  nets<const S extends Readonly<Record<string, AnyView>>>(values: S): S {
    const span = callerSpan(this, 'nets');
    const named = Object.entries(values).map(([name, view]) => {
      const sources = new Map<string, Signal>();
      const type = typeOfView(view);
      collect(view, [name], sources);
      const net = makeView(type, [name], (ground, path) => {
        const source = sources.get(path.join('_'))!;
        const value = this.core.exprOf(source);
        const decl = { kind: 'net', value, ...declared(ground, path, '', span) } as const;
        this.module.nets.push(decl);
        return new Signal(this.core, this.core.pool.ref(decl), ground, source.stage);
      });
      return [name, net] as const;
    });
    return Object.fromEntries(named) as unknown as S;
  }

  /** Memories; ports are made with the methods of each. */
  mems<const S extends Readonly<Record<string, MemorySpec>>>(
    specs: S,
  ): { readonly [K in keyof S]: MemoryView<S[K]['type']> } {
    const views = Object.entries(specs).map(([name, spec]) => [name, addMemory(this, name, spec)] as const);
    return Object.fromEntries(views) as { [K in keyof S]: MemoryView<S[K]['type']> };
  }

  /** Instances of blocks: `m.instances({ fifo: streamFifo({ width: 8, depth: 4 }) })`. Their inputs are driven like wires. */
  instances<const S extends Readonly<Record<string, BlockCall>>>(calls: S): InstanceViews<S> {
    const views = Object.entries(calls).map(
      ([name, call]) => [name, addInstance(this, name, call, this.#elaborator.elaborate(call))] as const,
    );
    return Object.fromEntries(views) as InstanceViews<S>;
  }

  /** A state machine for each name: `const { state } = m.fsms({ state: ['IDLE', 'RUN'] })`. The first state is the reset state. */
  fsms<const S extends Readonly<Record<string, readonly string[]>>>(
    specs: S,
  ): { readonly [K in keyof S]: Fsm<S[K][number]> } {
    const machines = Object.entries(specs).map(([name, names]) => {
      const regs = this.regs({ [name]: new EnumType(name, names).init(0) });
      return [name, new Fsm(regs[name] as Reg<EnumType>, (state) => this.switch(state))] as const;
    });
    return Object.fromEntries(machines) as { [K in keyof S]: Fsm<S[K][number]> };
  }

  /** A pipeline whose values know their stage. */
  pipeline(name: string, options: PipelineOptions = {}): Pipeline {
    return new Pipeline(this, name, options);
  }

  /** A literal as a signal of a type: a number that fits, Bits of its width, or a name of an enumerated type. */
  lit<T extends GroundType>(value: HostInt | Bits | (T extends EnumType<infer N> ? N : never), type: T): Signal<T> {
    const place = { name: 'the literal', span: captureSpan() };
    return new Signal(this.core, this.core.valueFor(place, type, value), type);
  }

  // --- statements ------------------------------------------------------------------------------------------------

  /** What follows happens only where the condition is 1. */
  when(condition: Condition, describe: () => void): WhenChain {
    return new WhenChain(this.core, this.core.scope, condition, describe, callerSpan(this, 'when'));
  }

  /** One case by value; names for enumerated types. */
  switch<T extends GroundType>(subject: Signal<T>): SwitchChain<T extends EnumType<infer N> ? N : number | bigint> {
    return new SwitchChain(this.core, this.core.scope, subject);
  }

  /** Drives any writable view: a signal, bundle or vector of registers, wires, outputs or instance inputs. */
  drive<T extends Type>(target: View<T, 'wire'> | View<T, 'reg'>, value: Value<T>): void {
    const view = target;
    driveView(typeOfView(view), view, value);
  }

  /** Must hold at every clock edge outside reset (inside a `when`: where its condition holds). */
  assert(name: string, condition: Bit, message = ''): void {
    this.#property('assert', name, condition, message);
  }

  /** Promised by the surroundings: proofs may use it, simulators report when it is broken. */
  assume(name: string, condition: Bit, message = ''): void {
    this.#property('assume', name, condition, message);
  }

  /** Should happen: simulators count it, proofs find a trace to it. */
  cover(name: string, condition: Bit): void {
    this.#property('cover', name, condition, '');
  }

  // --- clocks ----------------------------------------------------------------------------------------------------

  /** Declares what is described inside in another clock domain. */
  in(domain: Domain, describe: () => void): void {
    const outer = this.#domain;
    this.#domain = domain;
    try {
      describe();
    } finally {
      this.#domain = outer;
    }
  }

  /** The domain of what is being described. */
  get domain(): Domain {
    return this.#domain;
  }

  /** Gives the module the clock port of a domain. */
  useDomain(domain: Domain): void {
    clockOf(this.module, domain);
  }

  /** Gives the module the reset port of a domain that has one. */
  requireReset(domain: Domain): void {
    resetOf(this.module, domain);
  }

  /** The reset of the current domain as a signal. Needed rarely: registers with a reset value use it by themselves. */
  resetSignal(): Bit {
    const reset = resetOf(this.module, this.#domain);
    if (reset === null) {
      this.core.fault('KLN-S003', `The domain ${this.#domain.name} has no reset.`, 'Use a domain with a reset.');
    }
    return new Signal(this.core, this.core.pool.ref(reset), Bool);
  }

  // --- internals -------------------------------------------------------------------------------------------------

  #read<T extends GroundType>(decl: Decl, type: T): Signal<T> {
    return new Signal(this.core, this.core.pool.ref(decl), type);
  }

  #wire(decl: PortDecl | WireDecl | InstInDecl, type: GroundType): Wire {
    return new Wire(this.core, this.core.pool.ref(decl), type, { decl, lo: 0, width: decl.width });
  }

  #property(kind: 'assert' | 'assume' | 'cover', name: string, condition: Bit, message: string): void {
    condition.checkCondition(kind);
    const domain = this.#domain;
    this.useDomain(domain);
    if (domain.reset !== null) this.requireReset(domain);
    const expr = this.core.exprOf(condition);
    this.module.properties.push({
      kind,
      name,
      domain,
      guard: this.core.scope.guard(),
      condition: expr,
      message,
      span: captureSpan(),
    });
  }

  /** An instance's port as the parent sees it. */
  instancePort(decl: InstInDecl | InstOutDecl, type: GroundType): Signal {
    return decl.kind === 'instin' ? this.#wire(decl, type) : this.#read(decl, type);
  }
}

/** The leaves of a view by their joined path. */
function collect(view: AnyView, path: readonly string[], into: Map<string, Signal>): void {
  if (view instanceof Signal) {
    into.set(path.join('_'), view);
    return;
  }
  const parts =
    'elements' in view && Array.isArray(view.elements)
      ? Object.entries(view.elements as AnyView[])
      : Object.entries(view as Record<string, AnyView>);
  for (const [name, part] of parts) collect(part, [...path, name], into);
}
