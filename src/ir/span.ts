// SPDX-License-Identifier: Apache-2.0

/** A position in the user's source. `file` is relative to the source root, with forward slashes; lines and columns count from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where this package lies: `.../src/ir/span.ts` minus three steps. Library frames are recognised by it. */
const packageRoot = new URL('../../', import.meta.url).href;
const libraryFolders = ['src/dsl/', 'src/ir/'].map((folder) => packageRoot + folder);

/** Most calls come from a user's file within a few frames; the rest are looked for again, deeper. */
const NEAR = 6;
const FAR = 40;

/** V8's stack hooks; other engines lack them and get unknown positions. */
const StackError = Error as unknown as {
  prepareStackTrace: ((error: Error, sites: NodeJS.CallSite[]) => unknown) | undefined;
  stackTraceLimit: number;
};

const unknownSpan: Span = { file: 'unknown', line: 1, column: 1 };

/**
 * Spans by file and by offset in the text that runs. Finding the offset costs 3 us; mapping it back through a source map costs ten
 * times that, so it is done once for each distinct call in the source.
 */
const known = new Map<string, Map<number, Span>>();

const libraryFile = new Map<string, boolean>();

function isLibrary(file: string): boolean {
  let answer = libraryFile.get(file);
  if (answer === undefined) {
    const url = asUrl(file);
    answer = url.startsWith('node:') || libraryFolders.some((folder) => url.startsWith(folder));
    libraryFile.set(file, answer);
  }
  return answer;
}

function asUrl(file: string): string {
  return file.startsWith('/') ? 'file://' + file : file;
}

interface UserSite {
  readonly file: string;
  readonly offset: number;
  readonly site: NodeJS.CallSite;
}

/** The innermost frame that is not the library's, as V8 has it: not mapped to the source. */
function firstUserSite(_error: Error, sites: NodeJS.CallSite[]): UserSite | null {
  for (const site of sites) {
    const file = site.getFileName();
    if (file && !isLibrary(file)) {
      const { getPosition } = site as { getPosition?: () => number };
      const offset = getPosition
        ? getPosition.call(site)
        : (site.getLineNumber() ?? 0) * 4096 + (site.getColumnNumber() ?? 0);
      return { file, offset, site };
    }
  }
  return null;
}

function userSite(limit: number): UserSite | null {
  const { prepareStackTrace, stackTraceLimit } = StackError;
  StackError.prepareStackTrace = firstUserSite;
  StackError.stackTraceLimit = limit;
  const found = new Error().stack as unknown;
  StackError.prepareStackTrace = prepareStackTrace;
  StackError.stackTraceLimit = stackTraceLimit;
  return typeof found === 'object' ? (found as UserSite | null) : null;
}

const frameText = /\(?((?:file:\/\/|\/|https?:\/\/)[^()]*?):(\d+):(\d+)\)?$/;

/** The same frame out of the stack as text, which the host (source maps, test runner) has mapped to the user's file. */
function mappedSite(): Span | null {
  const { stackTraceLimit } = StackError;
  StackError.stackTraceLimit = FAR;
  const text = String(new Error().stack);
  StackError.stackTraceLimit = stackTraceLimit;
  for (const row of text.split('\n')) {
    const match = frameText.exec(row.trim());
    if (match && !isLibrary(match[1]!))
      return { file: relative(match[1]!), line: Number(match[2]), column: Number(match[3]) };
  }
  return null;
}

function relative(file: string): string {
  const url = asUrl(file).replace(/\?.*$/, '');
  if (url.startsWith(packageRoot)) return url.slice(packageRoot.length);
  // A file outside this package: two folders and the name tell a reader enough and hold no path of a machine.
  return url.split('/').slice(-3).join('/');
}

/** The position of the innermost call that does not belong to the language itself. */
export function captureSpan(): Span {
  const user = userSite(NEAR) ?? userSite(FAR);
  if (!user) return unknownSpan;
  let ofFile = known.get(user.file);
  if (!ofFile) {
    ofFile = new Map<number, Span>();
    known.set(user.file, ofFile);
  }
  let span = ofFile.get(user.offset);
  if (!span) {
    const { site } = user;
    span = mappedSite() ?? {
      file: relative(user.file),
      line: site.getLineNumber() ?? 1,
      column: site.getColumnNumber() ?? 1,
    };
    ofFile.set(user.offset, span);
  }
  return span;
}

export function formatSpan(span: Span): string {
  return `${span.file}:${span.line}:${span.column}`;
}
