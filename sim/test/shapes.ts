// SPDX-License-Identifier: Apache-2.0
import type { InterfaceSpec, PortSpec, StreamSpec } from '../../src/dsl/ports.ts';
import type { BundleType, EnumType, SIntType, UIntType, VecType } from '../../src/dsl/types.ts';

/*
 * From the interface of a block to the names and values of its ports. Where the interface is not known (a design, foreign
 * Verilog, a block that is passed around as `BlockCall`), every name and every value is possible. Recursion ends at `Depth`
 * levels: an interface deeper than that is open below.
 */

/* eslint-disable @typescript-eslint/no-explicit-any -- a value of unknown type is the reader's to interpret */

type Depth = 5;
type Level = readonly 1[];
type Deeper<N extends Level> = readonly [...N, 1];

/** Neither a known record of names nor anything else to walk over. */
type IsOpen<S> = unknown extends S ? true : string extends keyof S ? true : false;

type Narrow =
  | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16
  | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 32; // prettier-ignore

type IntValue<W extends number> = number extends W ? any : W extends Narrow ? number : bigint;

/** What a port of this type reads as: a number up to 32 bits, a bigint above, a name of an enumeration. */
type ReadValue<T> =
  T extends EnumType<infer N>
    ? N
    : T extends UIntType<infer W>
      ? IntValue<W>
      : T extends SIntType<infer W>
        ? IntValue<W>
        : any;

/** What may be written to it: any whole number that fits, whatever the width. */
type WriteValue<T> = T extends EnumType<infer N> ? N : number | bigint | boolean;

/** An item of a stream with this payload, as it is read. */
export type ItemOf<T, N extends Level = []> = N['length'] extends Depth
  ? any
  : T extends BundleType<infer F>
    ? { readonly [K in keyof F]: ItemOf<F[K], Deeper<N>> }
    : T extends VecType<infer E>
      ? readonly ItemOf<E, Deeper<N>>[]
      : ReadValue<T>;

/** The same, as it may be given. */
export type ItemGiven<T, N extends Level = []> = N['length'] extends Depth
  ? any
  : T extends BundleType<infer F>
    ? { readonly [K in keyof F]: ItemGiven<F[K], Deeper<N>> }
    : T extends VecType<infer E>
      ? readonly ItemGiven<E, Deeper<N>>[]
      : unknown extends T
        ? any
        : WriteValue<T>;

/** [name, type] of the ports that one value becomes. */
type Leaf<P extends string, T, N extends Level> = N['length'] extends Depth
  ? [`${P}_${string}`, unknown]
  : T extends BundleType<infer F>
    ? IsOpen<F> extends true
      ? [`${P}_${string}`, unknown]
      : { [K in keyof F & string]: Leaf<`${P}_${K}`, F[K], Deeper<N>> }[keyof F & string]
    : T extends VecType<infer E>
      ? Leaf<`${P}_${number}`, E, Deeper<N>>
      : [P, T];

type Join<P extends string, K extends string> = P extends '' ? K : `${P}_${K}`;

/** [name, type] of all ports in one direction. */
type PortsOf<S, D extends 'input' | 'output', P extends string = '', N extends Level = []> = N['length'] extends Depth
  ? never
  : IsOpen<S> extends true
    ? [Join<P, string>, unknown]
    : {
        [K in keyof S & string]: S[K] extends PortSpec<infer E, infer T>
          ? E extends D
            ? Leaf<Join<P, K>, T, N>
            : never
          : S[K] extends StreamSpec<infer E, infer T>
            ? (E extends 'sink' ? 'input' : 'output') extends D
              ? [`${Join<P, K>}_valid`, UIntType<1>] | Leaf<`${Join<P, K>}_payload`, T, N>
              : [`${Join<P, K>}_ready`, UIntType<1>]
            : S[K] extends InterfaceSpec
              ? PortsOf<S[K], D, Join<P, K>, Deeper<N>>
              : never;
      }[keyof S & string];

/** [name, payload type] of all streams of a direction. */
type StreamsOf<S, D extends 'sink' | 'source', P extends string = '', N extends Level = []> = N['length'] extends Depth
  ? never
  : IsOpen<S> extends true
    ? [Join<P, string>, unknown]
    : {
        [K in keyof S & string]: S[K] extends PortSpec
          ? never
          : S[K] extends StreamSpec<infer E, infer T>
            ? E extends D
              ? [Join<P, K>, T]
              : never
            : S[K] extends InterfaceSpec
              ? StreamsOf<S[K], D, Join<P, K>, Deeper<N>>
              : never;
      }[keyof S & string];

/** What every port has, as triggers take it. */
export interface AnyPort {
  readonly name: string;
  readonly width: number;
  /** The bits as an unsigned number, whatever the format. */
  readonly raw: bigint;
  /** Whether any bit is set. */
  readonly isHigh: boolean;
}

export interface InputHandle<T> extends AnyPort {
  get value(): ReadValue<T>;
  set value(value: WriteValue<T>);
}

export interface OutputHandle<T> extends AnyPort {
  readonly value: ReadValue<T>;
}

interface OpenInput extends AnyPort {
  value: any;
}

/** The reset is not part of a block's interface; it is there when something in the block is reset. */
interface ResetInput {
  readonly rst: InputHandle<UIntType<1>>;
}

export type InputsOf<S> =
  IsOpen<S> extends true
    ? Readonly<Record<string, OpenInput>>
    : { readonly [Pair in PortsOf<S, 'input'> as Pair[0]]: InputHandle<Pair[1]> } & ResetInput;

export type OutputsOf<S> =
  IsOpen<S> extends true
    ? Readonly<Record<string, OutputHandle<unknown>>>
    : { readonly [Pair in PortsOf<S, 'output'> as Pair[0]]: OutputHandle<Pair[1]> };

/** Payload types by stream name. */
export type Payloads<S, D extends 'sink' | 'source'> =
  IsOpen<S> extends true ? Record<string, any> : { [Pair in StreamsOf<S, D> as Pair[0]]: Pair[1] };
