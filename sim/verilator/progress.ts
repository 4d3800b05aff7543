// SPDX-License-Identifier: Apache-2.0

/** Says on a terminal what is going on once it has taken two seconds. Call the result when it is over. */
export function reportSlow(what: string): () => void {
  if (!process.stderr.isTTY) return () => undefined;
  const began = performance.now();
  let said = false;
  const timer = setTimeout(() => {
    said = true;
    process.stderr.write(`kiln: ${what} ...\n`);
  }, 2000);
  timer.unref();
  return () => {
    clearTimeout(timer);
    if (said) process.stderr.write(`kiln: ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  };
}
