// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { BlockCall } from '../dsl/index.ts';

/** A registered top level: what `--design NAME` means. */
export interface DesignEntry {
  readonly name: string;
  /** One sentence for `--list` and the data sheet. */
  readonly doc: string;
  readonly schema: z.ZodType;
  /** Named parameter sets; the first is the default. */
  readonly presets: Readonly<Record<string, object>>;
  readonly make: (params: never) => BlockCall;
  /** Clock frequency to constrain, in MHz. */
  readonly clockMHz: number;
  /** Extra files that only this design has (register maps). */
  readonly extras?: (params: never) => readonly ExtraFile[];
}

export interface ExtraFile {
  readonly name: string;
  readonly text: string;
}
