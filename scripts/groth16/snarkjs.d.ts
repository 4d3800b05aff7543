// SPDX-License-Identifier: Apache-2.0

/** The part of snarkjs that the demonstration uses; the package has no types. */
declare module 'snarkjs' {
  /** A file in memory. */
  interface MemoryFile {
    type: 'mem';
    data?: Uint8Array;
  }

  interface PrimeField {
    /** The prime. */
    readonly p: bigint;
    /** w[k] is a root of unity of order 2^k, in Montgomery form. */
    readonly w: readonly Uint8Array[];
    toObject(element: Uint8Array): bigint;
    random(): Uint8Array;
    fft: (buffer: Buffered, ...rest: unknown[]) => Promise<Buffered>;
    ifft: (buffer: Buffered, ...rest: unknown[]) => Promise<Buffered>;
    batchApplyKey: (buffer: Buffered, first: Uint8Array, factor: Uint8Array, ...rest: unknown[]) => Promise<Buffered>;
  }

  interface PointGroup {
    multiExpAffine: (bases: Buffered, scalars: Buffered, ...rest: unknown[]) => Promise<Uint8Array>;
  }

  /** Bytes, in pages where there are many of them. */
  interface Buffered {
    readonly byteLength: number;
    slice(from: number, to: number): Uint8Array;
  }

  interface PairingCurve {
    readonly name: string;
    readonly Fr: PrimeField;
    readonly F1: PrimeField;
    readonly G1: PointGroup;
    terminate(): Promise<void>;
  }

  interface Proof {
    readonly proof: object;
    readonly publicSignals: readonly string[];
  }

  const curves: { getCurveFromName(name: string): Promise<PairingCurve> };
  const powersOfTau: {
    newAccumulator(curve: PairingCurve, power: number, file: MemoryFile): Promise<unknown>;
    contribute(from: MemoryFile, to: MemoryFile, name: string, entropy: string): Promise<unknown>;
    preparePhase2(from: MemoryFile, to: MemoryFile): Promise<unknown>;
  };
  const zKey: {
    newZKey(circuit: MemoryFile, powers: MemoryFile, key: MemoryFile): Promise<unknown>;
    contribute(from: MemoryFile, to: MemoryFile, name: string, entropy: string): Promise<unknown>;
    exportVerificationKey(key: MemoryFile): Promise<object>;
  };
  const wtns: {
    calculate(inputs: Readonly<Record<string, string>>, program: Uint8Array, file: MemoryFile): Promise<unknown>;
  };
  const groth16: {
    prove(key: MemoryFile, witness: MemoryFile): Promise<Proof>;
    verify(key: object, publicSignals: readonly string[], proof: object): Promise<boolean>;
  };
}
