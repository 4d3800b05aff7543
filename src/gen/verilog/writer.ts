// SPDX-License-Identifier: Apache-2.0
import type { Span } from '../../ir/span.ts';

export interface SourceMapEntry {
  /** Line of the generated file, from 1. */
  readonly line: number;
  readonly span: Span;
}

/** Lines of text with the source position of each, where it has one; other writers' lines may stand among them. */
export class Writer {
  readonly #lines: (string | Writer)[] = [];
  readonly #spans: (Span | undefined)[] = [];

  line(text = '', span?: Span): void {
    this.#lines.push(text);
    this.#spans.push(span);
  }

  /** An empty line, unless there is one already or nothing stands above. */
  blank(): void {
    if (!this.isEmpty && this.#last !== '') this.line();
  }

  /** All lines of another writer, which gets no more of them. */
  append(other: Writer): void {
    if (other.isEmpty) return;
    this.#lines.push(other);
    this.#spans.push(undefined);
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  get #last(): string {
    const last = this.#lines.at(-1)!;
    return typeof last === 'string' ? last : last.#last;
  }

  finish(): { readonly text: string; readonly map: readonly SourceMapEntry[] } {
    const lines: string[] = [];
    const map: SourceMapEntry[] = [];
    this.#collect(lines, map);
    return { text: lines.join('\n') + '\n', map };
  }

  #collect(lines: string[], map: SourceMapEntry[]): void {
    this.#lines.forEach((line, i) => {
      if (typeof line !== 'string') {
        line.#collect(lines, map);
        return;
      }
      lines.push(line);
      const span = this.#spans[i];
      if (span) map.push({ line: lines.length, span });
    });
  }
}
