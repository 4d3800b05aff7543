// SPDX-License-Identifier: Apache-2.0
import { openEngine } from '../../../../sim/index.ts';
import { packNumbers, unpackNumbers } from '../../../../sim/workloads/zkflex/bytes.ts';
import type { FieldSetup } from '../../../../sim/workloads/zkflex/field-setup.ts';
import { elaborate } from '../../../../src/dsl/index.ts';
import { fromMontgomery, toMontgomery } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import { zkflex } from '../../../../src/modules/zkflex/top/zkflex.ts';
import {
  ZkFlexParams,
  type ZkFlexParamsInput,
  zkflexPresets,
} from '../../../../src/modules/zkflex/top/zkflex.params.ts';
import type { Engine, EngineKind } from '../../../../src/sim/engine.ts';

/** The small design, changed as said. */
export const tinyDesign = (change: Partial<ZkFlexParamsInput> = {}): ZkFlexParams =>
  ZkFlexParams.parse({ ...zkflexPresets.tiny, ...change });

export const open = (p: ZkFlexParams, engine: EngineKind = 'embedded'): Promise<Engine> =>
  openEngine(elaborate(zkflex(p)), { engine });

/** Plain residues as bytes of the design's memory. */
export const asBytes = (values: readonly bigint[], { montgomery: m, elementBytes }: FieldSetup): Uint8Array =>
  packNumbers(
    values.map((x) => toMontgomery(x, m)),
    elementBytes,
  );

export const asResidues = (bytes: Uint8Array, { montgomery: m, elementBytes }: FieldSetup): bigint[] =>
  unpackNumbers(bytes, elementBytes).map((x) => fromMontgomery(x, m));
