// SPDX-License-Identifier: Apache-2.0
export { asyncFifo, AsyncFifoParams, readDomain, writeDomain } from './async-fifo.ts';
export {
  bitSynchroniser,
  BitSynchroniserParams,
  resetSynchroniser,
  ResetSynchroniserParams,
  synchronised,
} from './synchronisers.ts';
