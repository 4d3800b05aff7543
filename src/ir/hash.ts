// SPDX-License-Identifier: Apache-2.0

const PRIME = 0x100000001b3n;
const BASIS = 0xcbf29ce484222325n;
const WORD = (1n << 64n) - 1n;

/** FNV-1a, 64 bits, of the UTF-16 code units, as 16 hex digits: stable across machines; not for security. */
export function hashText(text: string): string {
  let hash = BASIS;
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * PRIME) & WORD;
  return hash.toString(16).padStart(16, '0');
}

/** JSON with object keys sorted and bigint written as `"123n"`: equal data give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return `${item}n`;
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item;
    const entries = Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}
