// SPDX-License-Identifier: Apache-2.0
export type { BranchCount, CoverageReport, FsmCount } from './coverage.ts';
export { createEmbedded, EmbeddedEngine } from './embedded.ts';
export type {
  DomainSlot,
  Engine,
  EngineEvent,
  EngineKind,
  PortSlot,
  StallPattern,
  StreamDriver,
  StreamMonitor,
  StreamPlan,
  StreamResult,
  StreamSlot,
} from './engine.ts';
export type { SignalInfo } from './inspect.ts';
export { ioLayout, type IoLayout, wordsOf } from './layout.ts';
export type { CoverageOptions, EmbeddedOptions } from './options.ts';
export type { Snapshot } from './snapshot.ts';
export type { TraceOptions } from './trace.ts';
export { type VcdSignal, VcdWriter, type WaveSink } from './vcd.ts';
