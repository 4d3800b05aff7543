// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `KILN_CACHE`, else `$XDG_CACHE_HOME/kiln`, else `~/.cache/kiln`: never inside the sources. */
export function cacheFolder(): string {
  const { KILN_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  if (own !== undefined && own !== '') return own;
  return join(shared !== undefined && shared !== '' ? shared : join(homedir(), '.cache'), 'kiln');
}

export function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 32);
}

/** Builds under way in this process, so that two engines of one model do not build it twice. */
const underWay = new Map<string, Promise<string>>();

/**
 * The folder of a finished thing, made by `build` in a temporary folder when it is not there. Folders appear by one rename,
 * so a half-built one is never seen; of two processes that build the same at once, the second discards its own.
 */
export function cached(key: string, build: (folder: string) => Promise<void>, root = cacheFolder()): Promise<string> {
  const found = findCached(key, root);
  if (found !== null) return Promise.resolve(found);
  const final = join(root, key);
  const running = underWay.get(final);
  if (running !== undefined) return running;
  const building = make(root, final, build).finally(() => underWay.delete(final));
  underWay.set(final, building);
  return building;
}

/** The folder of a finished thing, or null. To look counts as use. */
export function findCached(key: string, root = cacheFolder()): string | null {
  const final = join(root, key);
  if (!existsSync(final)) return null;
  touch(final);
  return final;
}

async function make(root: string, final: string, build: (folder: string) => Promise<void>): Promise<string> {
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, BUILDING));
  try {
    await build(folder);
    renameSync(folder, final);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another process was faster. Its result is as good as ours.
    if (!existsSync(final)) throw error;
  }
  prune(root);
  return final;
}

const BUILDING = 'building-';

/** The date of a folder is that of its last use. */
function touch(folder: string): void {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
  } catch {
    // Pruned by another process this moment; the caller will find out.
  }
}

const DAY = 24 * 3600 * 1000;

export interface CacheLimits {
  /** All entries together. */
  readonly bytes: number;
  readonly ageMs: number;
  /** Entries used this recently stay, whatever their size: another process may be about to load them. */
  readonly keepMs: number;
}

const LIMITS: CacheLimits = { bytes: 2e9, ageMs: 30 * DAY, keepMs: DAY / 24 };

/** Removes what has not been used for long, then the least recently used until the rest fits. */
export function prune(root: string, limits: CacheLimits = LIMITS): string[] {
  const now = Date.now();
  const removed: string[] = [];
  let total = 0;
  const entries = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      try {
        return [{ name, age: now - statSync(join(root, name)).mtimeMs, bytes: folderBytes(join(root, name)) }];
      } catch {
        return []; // gone this moment
      }
    })
    .sort((a, b) => a.age - b.age);
  for (const { name, age, bytes } of entries) {
    total += bytes;
    const abandoned = name.startsWith(BUILDING) && age > DAY;
    if (!abandoned && (age < limits.keepMs || (age < limits.ageMs && total <= limits.bytes))) continue;
    rmSync(join(root, name), { recursive: true, force: true });
    removed.push(name);
    total -= bytes;
  }
  return removed;
}

function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}
