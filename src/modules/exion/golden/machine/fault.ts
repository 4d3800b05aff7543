// SPDX-License-Identifier: Apache-2.0
import type { FieldName } from '../../isa.ts';

/** The sticky errors of the core (docs/rationale/exion-core.md, "Top"). Accumulators cannot overflow within the limits of the parameters. */
export const faultCodes = ['badOperation', 'refused', 'sparseBeforeDense', 'mapUnderrun', 'busError'] as const;
export type FaultCode = (typeof faultCodes)[number];

/** Why a machine stopped. What was done before stays to be looked at. */
export class MachineFault extends Error {
  constructor(
    readonly code: FaultCode,
    message: string,
    /** Number of the command in the program, where known. */
    readonly index?: number,
  ) {
    super(index === undefined ? message : `command ${index}: ${message}`);
    this.name = 'MachineFault';
  }
}

/** The fields of a decoded command. */
export type Fields = Readonly<Record<FieldName, number>>;
