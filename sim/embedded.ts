// SPDX-License-Identifier: Apache-2.0
import { EmbeddedEngine } from '../src/sim/embedded.ts';
import type { WaveEngine } from './engine-base.ts';
import { EngineError } from './protocol/errors.ts';

/** The embedded simulator with the waves that all engines of this folder have. */
export class WavingEmbedded extends EmbeddedEngine implements WaveEngine {
  waveOn(path: string): void {
    throw new EngineError('usage', `The embedded simulator cannot write waves to ${path} yet.`);
  }

  waveOff(): void {
    // Nothing is written.
  }
}
