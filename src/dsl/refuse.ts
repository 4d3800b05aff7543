// SPDX-License-Identifier: Apache-2.0
import { type DiagnosticCode, KilnError } from '../ir/diagnostics.ts';
import { captureSpan } from '../ir/span.ts';

/**
 * Throws a diagnostic with the position of the user's call where no module is at hand: in types, literals and parameters.
 * The elaboration that it passes through adds the module.
 */
export function refuse(code: DiagnosticCode, message: string, cure: string): never {
  throw new KilnError([{ code, message, cure, cause: null, module: '', spans: [{ span: captureSpan(), label: '' }] }]);
}
