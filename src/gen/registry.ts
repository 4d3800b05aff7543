// SPDX-License-Identifier: Apache-2.0
import type { DesignEntry } from './design.ts';
import { UsageError } from './errors.ts';
import { suggestion } from './params.ts';

/** Each system is read only when it is asked for: reading takes longer than making a small design. */
const systems: Readonly<Record<string, () => Promise<DesignEntry>>> = {
  exion: async () => (await import('./designs/exion.ts')).exion,
  conmerge: async () => (await import('./designs/conmerge.ts')).conmerge,
  zkflex: async () => (await import('./designs/zkflex.ts')).zkflex,
  tcore: async () => (await import('./designs/tcore.ts')).tcore,
};

export const isSystem = (name: string): boolean => Object.hasOwn(systems, name);

async function libraryDesigns(): Promise<readonly DesignEntry[]> {
  return (await import('./designs/library.ts')).library;
}

/** Every design that the command line knows: systems first, then library blocks. */
export async function allDesigns(): Promise<readonly DesignEntry[]> {
  const found = await Promise.all(Object.values(systems).map((read) => read()));
  return [...found, ...(await libraryDesigns())];
}

export async function findDesign(name: string): Promise<DesignEntry> {
  if (isSystem(name)) return systems[name]!();
  const library = await libraryDesigns();
  const found = library.find((entry) => entry.name === name);
  if (found) return found;
  const names = [...Object.keys(systems), ...library.map((entry) => entry.name)];
  throw new UsageError(
    `There is no design ${name}.${suggestion(name, names)}`,
    'List them with npm run gen -- --list.',
  );
}
