// SPDX-License-Identifier: Apache-2.0

/** A position in the user's source. `file` is relative to the source root, with forward slashes; lines and columns count from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface RawSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where this package lies: `.../src/ir/span.ts` minus three steps. Library frames are recognised by it. */
const packageRoot = new URL('../../', import.meta.url).href;
const libraryFolders = ['src/dsl/', 'src/ir/'].map((folder) => packageRoot + folder);

/** A block is usually at most this many library frames away from the call that it makes. */
const FRAMES = 16;

/**
 * Raw call sites cost 3 us; mapping one back through a source map costs ten times that. So the raw position is
 * captured always, and its mapping is looked up once per distinct position.
 */
const mapped = new Map<string, Span>();

/** V8's stack hooks; other engines lack them and get unknown positions. */
const StackError = Error as unknown as {
  prepareStackTrace: ((error: Error, sites: NodeJS.CallSite[]) => unknown) | undefined;
  stackTraceLimit: number;
};

function asUrl(file: string): string {
  return file.startsWith('/') ? 'file://' + file : file;
}

function isLibrary(url: string): boolean {
  return libraryFolders.some((folder) => url.startsWith(folder));
}

function rawSites(): RawSite[] {
  const saved = StackError.prepareStackTrace;
  const limit = StackError.stackTraceLimit;
  StackError.prepareStackTrace = (_error, sites) => sites;
  StackError.stackTraceLimit = FRAMES;
  const sites = new Error().stack as unknown as NodeJS.CallSite[] | string | undefined;
  StackError.prepareStackTrace = saved;
  StackError.stackTraceLimit = limit;
  if (!Array.isArray(sites)) return [];
  return sites.map((site) => ({
    file: asUrl(site.getFileName() ?? ''),
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
  }));
}

const frameText = /\(?((?:file:\/\/|\/|https?:\/\/|node:)[^()]*?):(\d+):(\d+)\)?$/;

/** The same stack as text, which the host (source maps, test runner) has mapped to the user's files. */
function textSites(): RawSite[] {
  const limit = StackError.stackTraceLimit;
  StackError.stackTraceLimit = FRAMES;
  const text = String(new Error().stack);
  StackError.stackTraceLimit = limit;
  const sites: RawSite[] = [];
  for (const row of text.split('\n')) {
    const match = frameText.exec(row.trim());
    if (match) sites.push({ file: asUrl(match[1]!), line: Number(match[2]), column: Number(match[3]) });
  }
  return sites;
}

function relative(url: string): string {
  if (url.startsWith(packageRoot)) return url.slice(packageRoot.length);
  // A file outside this package: two folders and the name tell a reader enough and hold no path of a machine.
  return url.split('/').slice(-3).join('/');
}

const unknownSpan: Span = { file: 'unknown', line: 1, column: 1 };

function userSite(sites: RawSite[]): RawSite | undefined {
  return sites.find((site) => site.file !== '' && !site.file.startsWith('node:') && !isLibrary(site.file));
}

/** The position of the innermost call that does not belong to the language itself. */
export function captureSpan(): Span {
  const site = userSite(rawSites());
  if (!site) return unknownSpan;
  const key = `${site.file}:${site.line}:${site.column}`;
  const known = mapped.get(key);
  if (known) return known;
  const exact = userSite(textSites()) ?? site;
  const span: Span = { file: relative(exact.file.replace(/\?.*$/, '')), line: exact.line, column: exact.column };
  mapped.set(key, span);
  return span;
}

export function formatSpan(span: Span): string {
  return `${span.file}:${span.line}:${span.column}`;
}
