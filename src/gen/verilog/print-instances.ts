// SPDX-License-Identifier: Apache-2.0
import type { Instance, PortDecl } from '../../ir/module.ts';
import { domainUse, maxOf, type ModuleContext, remark } from './module-context.ts';
import { unbroken } from './wrap.ts';
import type { Writer } from './writer.ts';

/** One instance with named connections, one a line. */
export function printInstance(context: ModuleContext, out: Writer, instance: Instance): void {
  const { module } = instance;
  const name = context.names.item(instance);
  const parameters = module.blackBox?.parameters ?? [];
  const type = module.blackBox ? module.name : context.moduleName(module.name);
  const note = remark(context, instance);
  if (parameters.length === 0) {
    out.line(`  ${type} ${name} (${note}`, instance.span);
  } else {
    out.line(`  ${type} #(${note}`, instance.span);
    parameters.forEach((one, i) => out.line(`    .${one.name}(${one.text})${i < parameters.length - 1 ? ',' : ''}`));
    out.line(`  ) ${name} (`);
  }
  const ports = module.ports.filter((port) => port.width > 0);
  const widest = maxOf(ports, (port) => port.name.length);
  ports.forEach((port, i) => {
    const end = i < ports.length - 1 ? ',' : '';
    out.line(`    .${port.name.padEnd(widest)} (${connection(context, instance, port)})${end}`);
  });
  out.line('  );');
}

function connection(context: ModuleContext, instance: Instance, port: PortDecl): string {
  const { plan, names, exprs } = context;
  const input = instance.inputs.find((each) => each.port === port);
  if (input) {
    const value = plan.pins.get(input);
    return value ? unbroken(exprs.value(value, port.format)) : names.decl(input);
  }
  const output = instance.outputs.find((each) => each.port === port);
  if (output) return names.decl(output);
  const use = instance.module.domains.find((each) => each.clock === port || each.reset === port);
  const outer = use && instance.domains.get(use.domain.name);
  if (!use || !outer) throw new Error(`Port ${port.name} of instance ${instance.name} is not connected.`);
  const { clock, reset } = domainUse(context, outer);
  if (use.clock === port) return names.decl(clock);
  return reset ? names.decl(reset) : "1'b0";
}
