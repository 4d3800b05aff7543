// SPDX-License-Identifier: Apache-2.0
export { clog2 } from '../ir/bits.ts';
export { Bits, bits, sbits } from './bits.ts';
export { type Block, block, type BlockCall, type BlockMaker, type ForeignModule } from './block.ts';
export { ModuleBuilder } from './builder.ts';
export type { RegOptions } from './declare.ts';
export { Comb } from './comb.ts';
export type { HostInt, Literal, Operand } from './operation.ts';
export { clockDomain, systemDomain } from './domain.ts';
export { type Elaborated, elaborate, moduleName } from './elaborate.ts';
export { Fsm } from './fsm.ts';
export { memory, type MemoryOptions, type MemorySpec, type MemoryView } from './memory.ts';
export { Pipeline, streamPipeline } from './pipeline.ts';
export {
  type Flip,
  flip,
  input,
  type InterfaceSpec,
  output,
  type Ports,
  type PortSpec,
  sink,
  source,
  type StreamSpec,
} from './ports.ts';
export { Reg, Signal, Wire } from './signal.ts';
export { SinkStream, SourceStream } from './stream.ts';
export {
  Bool,
  Bundle,
  type BundleType,
  Enum,
  type EnumType,
  type GroundType,
  type Init,
  SInt,
  type SIntType,
  type Type,
  UInt,
  type UIntType,
  Vec,
  type VecType,
  widthOf,
} from './types.ts';
export { leavesOf, pack, typeName, typeOfView, unpack } from './pack.ts';
export { type AnyView, type BundleView, type Value, VecView, type View } from './view.ts';
