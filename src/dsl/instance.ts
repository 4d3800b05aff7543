// SPDX-License-Identifier: Apache-2.0
import type { InstInDecl, Instance, InstOutDecl, Module } from '../ir/module.ts';
import { captureSpan } from '../ir/span.ts';
import type { BlockCall } from './block.ts';
import type { ModuleBuilder } from './builder.ts';
import { connectDomains } from './connect-domains.ts';
import { buildInterface } from './port-builder.ts';
import type { Flip, InterfaceSpec, Ports } from './ports.ts';

/** What a parent sees of each instance: the child's interface from the other side. */
export type InstanceViews<S> = {
  readonly [K in keyof S]: S[K] extends BlockCall<infer I> ? Ports<Flip<I>> : never;
};

/** Adds an instance of an elaborated block; its inputs are driven by statements of the parent. */
export function addInstance(m: ModuleBuilder, name: string, call: BlockCall, module: Module): Record<string, unknown> {
  const { core } = m;
  const domains = connectDomains(m, name, call, module);
  const inputs: InstInDecl[] = [];
  const outputs: InstOutDecl[] = [];
  const instance: Instance = { name, module, inputs, outputs, domains, comment: '', span: captureSpan() };
  core.module.instances.push(instance);
  const ports = new Map(module.ports.map((port) => [port.name, port]));
  return buildInterface(
    module.interface as InterfaceSpec,
    [],
    true,
    (direction, type, path) => {
      const port = ports.get(path.join('_'))!;
      const shared = { instance, port, width: port.width, format: port.format, comment: '', span: instance.span };
      const named = { name: `${name}_${port.name}`, path: [name, ...port.path] };
      if (direction === 'input') {
        const decl: InstInDecl = { kind: 'instin', ...named, ...shared };
        inputs.push(decl);
        return m.instancePort(decl, type);
      }
      const decl: InstOutDecl = { kind: 'instout', ...named, ...shared };
      outputs.push(decl);
      return m.instancePort(decl, type);
    },
    () => undefined,
  );
}
