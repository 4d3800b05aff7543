// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { runLint } from './cli.ts';

process.exitCode = runLint(process.argv.slice(2), resolve(import.meta.dirname, '../..'), {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
});
