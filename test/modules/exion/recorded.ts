// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the recorded network dit-digits, beside the checkout. */
export const ditDigits = fileURLToPath(new URL('../../../../shared/traces/dit-digits', import.meta.url));

/** Without the folder, tests of it are skipped; their titles say why. */
export const absent = !existsSync(ditDigits);
export const skipped = absent ? ' (skipped: ../shared/traces/dit-digits is absent)' : '';
