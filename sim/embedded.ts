// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, writeSync } from 'node:fs';
import { EmbeddedEngine } from '../src/sim/embedded.ts';
import type { WaveEngine } from './engine-base.ts';

/** The embedded simulator with waves written to files, as all engines of this folder write them. */
export class WavingEmbedded extends EmbeddedEngine implements WaveEngine {
  #file: number | null = null;

  waveOn(path: string, from = 0): void {
    this.waveOff();
    const file = openSync(path, 'w');
    this.#file = file;
    this.trace((chunk) => void writeSync(file, chunk), { start: from });
  }

  waveOff(): void {
    if (this.#file === null) return;
    this.endTrace();
    closeSync(this.#file);
    this.#file = null;
  }

  override close(): void {
    this.waveOff();
    super.close();
  }
}
