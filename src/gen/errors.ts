// SPDX-License-Identifier: Apache-2.0

/** Wrong input of a user: shown as one message with its cure, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    message: string,
    /** What to do instead. */
    readonly cure: string,
  ) {
    super(message);
  }
}
