// SPDX-License-Identifier: Apache-2.0
import type { SinkStream } from '../../dsl/index.ts';
import { type AnyView, Signal, SourceStream, VecView, Wire } from '../../dsl/index.ts';

type Part = AnyView | SinkStream | SourceStream | PortGroup;
/** Ports and streams by name, groups of them inside each other. */
interface PortGroup {
  readonly [name: string]: Part;
}

/**
 * Connects two groups of ports with the same names: what one side drives goes to the other. That serves two instances whose interfaces fit (one is the
 * flip of the other), and a block that passes its own ports through to an instance with the same interface.
 */
export function connect(a: object, b: object): void {
  for (const [name, part] of Object.entries(a as PortGroup)) {
    const other = (b as PortGroup)[name];
    if (other === undefined) throw new Error(`connect: there is no ${name} on the other side`);
    connectParts(name, part, other);
  }
}

function connectParts(name: string, a: Part, b: Part): void {
  if (a instanceof SourceStream || b instanceof SourceStream) {
    const [to, from] = a instanceof SourceStream ? [a, b] : [b as SourceStream, a];
    to.from(from as SinkStream);
  } else if (a instanceof Signal && b instanceof Signal) {
    if (a instanceof Wire) a.assign(b);
    else if (b instanceof Wire) b.assign(a);
    else throw new Error(`connect: neither side can drive ${name}`);
  } else if (a instanceof VecView && b instanceof VecView) {
    a.elements.forEach((element, i) => connectParts(name, element, b.elements[i]!));
  } else {
    connect(a, b);
  }
}
