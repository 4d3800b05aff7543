// SPDX-License-Identifier: Apache-2.0

/** Gives the seconds of CPU time that this process has spent since. */
export function cpuTimer(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1e6;
  };
}
