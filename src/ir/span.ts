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
const NEAR = 8;
const FAR = 40;

/** V8's stack hooks; other engines lack them and get unknown positions. */
const StackError = Error as unknown as {
  prepareStackTrace: ((error: Error, sites: NodeJS.CallSite[]) => unknown) | undefined;
  stackTraceLimit: number;
  captureStackTrace?: (holder: object, below?: unknown) => void;
};

const unknownSpan: Span = { file: 'unknown', line: 1, column: 1 };

/** What is known of a file that calls come from. */
interface SourceFile {
  readonly isLibrary: boolean;
  /**
   * Spans by offset in the text that runs. Finding the offset costs 2 us; mapping it back through a source map costs ten times
   * that, so it is done once for each distinct call in the source.
   */
  readonly spans: Map<number, Span>;
}

const files = new Map<string, SourceFile>();

function sourceFile(file: string): SourceFile {
  let known = files.get(file);
  if (!known) {
    known = { isLibrary: isLibrary(file), spans: new Map() };
    files.set(file, known);
  }
  return known;
}

function isLibrary(file: string): boolean {
  const url = asUrl(file);
  return url.startsWith('node:') || libraryFolders.some((folder) => url.startsWith(folder));
}

function asUrl(file: string): string {
  return file.startsWith('/') ? 'file://' + file : file;
}

/** The innermost frame that is not the library's, as V8 has it: not mapped to the source. */
function firstUserSite(_error: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite | null {
  for (const site of sites) {
    const file = site.getFileName();
    if (file && !sourceFile(file).isLibrary) return site;
  }
  return null;
}

/** Where V8 puts a stack. It is always the same object, which saves a sixth of the time. */
const holder: { stack?: unknown } = {};

const frameText = /\(?((?:file:\/\/|\/|https?:\/\/)[^()]*?):(\d+):(\d+)\)?$/;

/** The same frame out of the stack as text, which the host (source maps, test runner) has mapped to the user's file. */
function mappedSite(): Span | null {
  const { stackTraceLimit } = StackError;
  StackError.stackTraceLimit = FAR;
  const text = String(new Error().stack);
  StackError.stackTraceLimit = stackTraceLimit;
  for (const row of text.split('\n')) {
    const match = frameText.exec(row.trim());
    if (match && !sourceFile(match[1]!).isLibrary)
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
  return callerSpan(null, '', NEAR);
}

/**
 * The same for a method that users mostly call themselves: only the frame that called `owner[method]` is looked at, which takes
 * half the time. Elaboration of large designs consists of such calls; a function between the method and V8 would add a tenth.
 */
export function callerSpan(owner: object | null, method: string, limit = 1): Span {
  if (!StackError.captureStackTrace) return unknownSpan;
  const { prepareStackTrace, stackTraceLimit } = StackError;
  StackError.prepareStackTrace = firstUserSite;
  StackError.stackTraceLimit = limit;
  StackError.captureStackTrace(holder, (owner as Readonly<Record<string, unknown>> | null)?.[method]);
  const found = holder.stack;
  StackError.prepareStackTrace = prepareStackTrace;
  StackError.stackTraceLimit = stackTraceLimit;
  if (typeof found === 'object' && found !== null) return spanOf(found as NodeJS.CallSite);
  return limit < FAR ? callerSpan(null, '', limit < NEAR ? NEAR : FAR) : unknownSpan;
}

function spanOf(site: NodeJS.CallSite): Span {
  const file = site.getFileName()!;
  const { spans } = sourceFile(file);
  const offset = offsetOf(site);
  let span = spans.get(offset);
  if (!span) {
    span = mappedSite() ?? {
      file: relative(file),
      line: site.getLineNumber() ?? 1,
      column: site.getColumnNumber() ?? 1,
    };
    spans.set(offset, span);
  }
  return span;
}

/** A number for the place in a file: its offset where V8 tells it. */
function offsetOf(site: NodeJS.CallSite): number {
  const { getPosition } = site as { getPosition?: () => number };
  if (getPosition) return getPosition.call(site);
  return (site.getLineNumber() ?? 0) * 4096 + (site.getColumnNumber() ?? 0);
}

export function formatSpan(span: Span): string {
  return `${span.file}:${span.line}:${span.column}`;
}
