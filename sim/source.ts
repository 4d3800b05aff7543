// SPDX-License-Identifier: Apache-2.0
import type { IoLayout } from '../src/sim/layout.ts';
import { EngineError } from './protocol/errors.ts';

/** A model as Verilog text, ours or foreign, with the layout of its top module's ports. */
export interface ModelSource {
  readonly layout: IoLayout;
  /** Name of the top module. */
  readonly top: string;
  /** Each with a bare file name; names ending in `.vh` or `.svh` are only there to be included. */
  readonly files: readonly VerilogFile[];
}

export interface VerilogFile {
  readonly name: string;
  readonly text: string;
}

/** A source that the engines' buffers can work with: inputs first, whole words, no gaps. */
export function checkSource(source: ModelSource): ModelSource {
  let offset = 0;
  let outputs = false;
  for (const port of source.layout.ports) {
    if (port.direction === 'output') outputs = true;
    if (
      port.offset !== offset ||
      port.words !== Math.ceil(port.width / 32) ||
      (outputs && port.direction === 'input')
    ) {
      throw new EngineError(
        'usage',
        `Port "${port.name}" breaks the layout: inputs first, then outputs, without gaps.`,
      );
    }
    offset += port.words;
  }
  if (source.files.length === 0) throw new EngineError('usage', 'There are no Verilog files.');
  if (source.layout.domains.length > 32) throw new EngineError('usage', 'At most 32 clock domains can be simulated.');
  return source;
}

/** Which files are compiled, and which are only included. */
export function isHeader(file: VerilogFile): boolean {
  return /\.s?vh$/.test(file.name);
}
