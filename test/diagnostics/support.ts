// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, elaborate, type ModuleBuilder } from '../../src/dsl/index.ts';
import { KilnError, renderDiagnostic } from '../../src/ir/diagnostics.ts';

/** A block without parameters. */
export function blockOf<R>(name: string, body: (m: ModuleBuilder) => R): BlockCall {
  return block(name, z.strictObject({}), body)({});
}

/** What a user sees of a block: the errors that building it throws, else its warnings, else nothing. */
export function report(call: () => BlockCall): string {
  try {
    return elaborate(call()).warnings.map(renderDiagnostic).join('\n\n');
  } catch (error) {
    if (error instanceof KilnError) return error.message;
    throw error;
  }
}

/** The same for a block named `top` with this body. */
export function reportOf(body: (m: ModuleBuilder) => unknown): string {
  return report(() => blockOf('top', body));
}
