// SPDX-License-Identifier: Apache-2.0
import type { CatalogueEntry } from './catalogue.ts';
import { combCatalogue } from './catalogue-comb.ts';
import { streamCatalogue } from './catalogue-stream.ts';

/** Every library block, for data sheets, the command line and whole-library tests. */
export const libraryCatalogue: readonly CatalogueEntry[] = [...combCatalogue, ...streamCatalogue];
