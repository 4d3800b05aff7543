// SPDX-License-Identifier: Apache-2.0

/* Names and values of a block's ports, from its interface. Open for now: every name and value is possible. */

interface Common {
  readonly name: string;
  readonly width: number;
  /** The bits as an unsigned number, whatever the format. */
  readonly raw: bigint;
  /** Whether any bit is set. */
  readonly isHigh: boolean;
}

/* eslint-disable @typescript-eslint/no-explicit-any */
export interface InputHandle extends Common {
  value: any;
}

export interface OutputHandle extends Common {
  readonly value: any;
}

export type AnyPort = Common;
export type InputsOf<_S> = Readonly<Record<string, InputHandle>>;
export type OutputsOf<_S> = Readonly<Record<string, OutputHandle>>;
export type Payloads<_S, _D extends 'sink' | 'source'> = Record<string, any>;
export type ItemOf<_T> = any;
export type ItemGiven<_T> = any;
