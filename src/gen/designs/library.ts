// SPDX-License-Identifier: Apache-2.0
import { libraryCatalogue } from '../../modules/lib/index.ts';
import type { DesignEntry } from '../design.ts';

/** Library blocks can be generated on their own; the presets are their sample configurations. */
export const library: readonly DesignEntry[] = libraryCatalogue.map(({ name, make, configurations }) => ({
  name,
  doc: make.block.doc || `Library block ${name}.`,
  schema: make.block.schema,
  presets: Object.fromEntries(
    configurations.map((params, i) => [i === 0 ? 'default' : `sample${i}`, params as object]),
  ),
  make: (params: never) => make(params),
  clockMHz: 200,
}));
