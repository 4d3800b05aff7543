// SPDX-License-Identifier: Apache-2.0
import type { ModuleBuilder } from '../../dsl/index.ts';

/**
 * Tells simulators which AXI4-Stream ports of a module belong together, so that their stream drivers and monitors move
 * `s_axis` and `m_axis` as they move streams with the plain names. Payload of an item: the ports named in `payload`.
 */
export function noteAxis(
  m: ModuleBuilder,
  name: string,
  direction: 'sink' | 'source',
  payload: readonly ('tdata' | 'tkeep' | 'tlast')[],
): void {
  const port = (part: string) => m.module.ports.find((each) => each.name === `${name}_${part}`)!;
  const [valid, ready] = [port('tvalid'), port('tready')];
  m.module.streams.push({ name, direction, valid, ready, payload: payload.map(port) });
}
