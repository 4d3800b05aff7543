// SPDX-License-Identifier: Apache-2.0
import type { Command } from '../isa.ts';
import { gemmKinds, ops, predicates } from '../isa.ts';
import type { Target } from './target.ts';

/** Memories in which a tensor can be looked at after the command that made it. */
export type MadeIn = 'scratch' | 'omem' | 'mask';

/** A part of a tensor that a command makes, for listings and observers. */
export interface Made {
  /** As in golden/tensors.ts, behind `block<b>.` where it is of a block. */
  readonly tensor: string;
  readonly tile: number;
  /** First column of the tensor, and how many; columns of `padded` from `first` on. */
  readonly column: number;
  readonly columns: number;
  /** Bits an element: 1 in the mask memory, 8, 16 or 32. */
  readonly bits: 1 | 8 | 16 | 32;
  readonly memory: MadeIn;
  /** First scratchpad word, OMEM column or mask word. */
  readonly from: number;
}

/** A command as the phases emit it; `reads` and `writes` come later, from the addresses. */
export interface Step {
  readonly command: Command;
  readonly comment: string;
  readonly made: readonly Made[];
  /** KMERGE: the most chunks that it can read. */
  readonly chunks?: number;
}

/** Steps that may be put into another order, between two that may not. */
export interface Segment {
  readonly steps: Step[];
  /** ITER, NEXT, FENCE or HALT that ends the segment. */
  end: Step | null;
}

type Fields = Omit<Command, 'op' | 'reads' | 'writes'>;

/** Collects the commands of a program, in an order that is right when they are carried out one after the other. */
export class Emitter {
  readonly segments: Segment[] = [{ steps: [], end: null }];

  constructor(readonly target: Target) {}

  emit(op: keyof typeof ops, fields: Fields, comment: string, made: readonly Made[] = []): void {
    this.#last.steps.push({ command: { op: ops[op], ...fields }, comment, made });
  }

  /** A GEMM of kind KMERGE, of at most `chunks` chunks. */
  emitMerged(chunks: number, fields: Fields, comment: string, made: readonly Made[] = []): void {
    this.#last.steps.push({ command: { op: ops.GEMM, kind: gemmKinds.KMERGE, ...fields }, comment, made, chunks });
  }

  /** A command that no other may pass. */
  barrier(op: 'ITER' | 'NEXT' | 'FENCE' | 'HALT', fields: Fields, comment: string): void {
    this.#last.end = { command: { op: ops[op], ...fields }, comment, made: [] };
    this.segments.push({ steps: [], end: null });
  }

  get #last(): Segment {
    return this.segments.at(-1)!;
  }
}

export const { always, dense, sparse, renew } = predicates;
