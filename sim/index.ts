// SPDX-License-Identifier: Apache-2.0
export { type WaveEngine } from './engine-base.ts';
export { availableEngines, openEngine, type OpenOptions } from './open.ts';
export { EngineError, type EngineFault } from './protocol/errors.ts';
export { describeEvent } from './protocol/events.ts';
export { type ModelSource, type VerilogFile } from './source.ts';
export { type Target } from './target.ts';
export * from './test/index.ts';
