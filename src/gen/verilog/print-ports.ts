// SPDX-License-Identifier: Apache-2.0
import type { PortDecl } from '../../ir/module.ts';
import { maxOf, type ModuleContext, rangeText, remark } from './module-context.ts';
import type { Writer } from './writer.ts';

/** `module name (` to `);`: clocks and resets first, then the ports in groups of what belongs together. */
export function printPorts(
  context: ModuleContext,
  out: Writer,
  name: string,
  isReg: (port: PortDecl) => boolean,
): void {
  const ports = context.plan.module.ports.filter((port) => port.width > 0);
  if (ports.length === 0) {
    out.line(`module ${name};`, context.plan.module.span);
    return;
  }
  out.line(`module ${name} (`, context.plan.module.span);
  const ranges = maxOf(ports, (port) => rangeText(port.width).length);
  const texts = ports.map((port, i) => {
    const head = port.direction === 'input' ? 'input  wire' : `output ${isReg(port) ? 'reg ' : 'wire'}`;
    const range = ranges > 0 ? rangeText(port.width).padStart(ranges) + ' ' : '';
    return `  ${head} ${range}${context.names.port(port)}${i < ports.length - 1 ? ',' : ''}`;
  });
  const widest = maxOf(texts, (text) => text.length);
  ports.forEach((port, i) => {
    const above = ports[i - 1];
    if (above && groupOf(above) !== groupOf(port)) out.line();
    const note = remark(context, port);
    out.line(note === '' ? texts[i]! : texts[i]!.padEnd(widest) + note, port.span);
  });
  out.line(');');
}

/** Fields of one bundle or stream stand together; plain ports form one group. */
function groupOf(port: PortDecl): string {
  if (port.role !== 'data') return ' clocks';
  return port.path.length > 1 ? port.path[0]! : ' plain';
}
