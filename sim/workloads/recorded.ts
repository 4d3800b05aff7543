// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../src/gen/errors.ts';
import { type FfnTrace, loadFfnTrace } from '../../src/modules/exion/trace.ts';

const defaultData = new URL('../../../shared/traces/dit-digits', import.meta.url);

/** A folder with a recorded diffusion transformer: the one that is given, or the default one beside the checkout. */
export function recordedFolder(folder: string | null): string {
  const path = folder ?? fileURLToPath(defaultData);
  if (existsSync(path)) return path;
  throw new UsageError(
    `The trace folder ${folder ?? 'shared/traces/dit-digits'} does not exist.`,
    'Give a folder with --data.',
  );
}

/** The FFN activations of a trace folder; what is wrong with it is an error of the user. */
export function loadRecordedFfn(folder: string | null): FfnTrace {
  const path = recordedFolder(folder);
  try {
    return loadFfnTrace(path);
  } catch (error) {
    throw new UsageError((error as Error).message, 'The folder needs a manifest.json of the form of dit-digits.');
  }
}
