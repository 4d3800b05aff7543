// SPDX-License-Identifier: Apache-2.0
import type { Span } from '../../ir/span.ts';

export interface SourceMapEntry {
  /** Line of the generated file, from 1. */
  readonly line: number;
  readonly span: Span;
}

/** Lines of text with the source position of each, where it has one. */
export class Writer {
  readonly #lines: string[] = [];
  readonly #map: SourceMapEntry[] = [];

  /** Adds one line, or several when the text contains line breaks. */
  line(text = '', span?: Span): void {
    if (span) this.#map.push({ line: this.#lines.length + 1, span });
    this.#lines.push(text);
  }

  /** An empty line, unless there is one already or nothing stands above. */
  blank(): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.line();
  }

  append(other: Writer): void {
    const above = this.#lines.length;
    for (const line of other.#lines) this.#lines.push(line);
    for (const { line, span } of other.#map) this.#map.push({ line: above + line, span });
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  get map(): readonly SourceMapEntry[] {
    return this.#map;
  }

  get text(): string {
    return this.#lines.map((line) => line + '\n').join('');
  }
}
