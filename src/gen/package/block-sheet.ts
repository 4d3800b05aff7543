// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { elaborate } from '../../dsl/index.ts';
import type { CatalogueEntry } from '../../modules/lib/catalogue.ts';
import { describeDesign } from './describe.ts';
import { render } from './template.ts';

/** Data sheet of a library block, from its definition and its elaborated sample configurations. */
export function blockSheet(entry: CatalogueEntry): string {
  const { block } = entry.make;
  return render('block-sheet.md', {
    name: entry.name,
    doc: block.doc,
    source: block.span.file,
    latency: cell(entry.latency),
    throughput: cell(entry.throughput),
    law: cell(entry.law),
    parameters: parameterRows(block.schema),
    samples: entry.configurations.map((params) => sample(entry, params)),
  });
}

function sample(entry: CatalogueEntry, params: unknown): object {
  const design = elaborate(entry.make(params));
  const { ports, streams, modules } = describeDesign(design, 'high');
  const sum = (key: 'registerBits' | 'memoryBits'): number =>
    modules.reduce((all, row) => all + row[key] * row.instances, 0);
  return {
    params: inline(params),
    streams: streams.map((stream) => `${stream.name} (${stream.direction})`).join(', '),
    ports: ports.map((port) => ({ ...port, comment: cell(port.comment) })),
    registerBits: sum('registerBits'),
    memoryBits: sum('memoryBits'),
    modules: modules.length,
  };
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
}

function parameterRows(schema: z.ZodType): object[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, JsonSchema>;
  };
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    doc: cell(property.description ?? ''),
    range: range(property),
    default: property.default === undefined ? 'none' : JSON.stringify(property.default),
  }));
}

function range({ type, minimum, maximum, enum: values }: JsonSchema): string {
  if (values) return values.map((value) => String(value)).join(', ');
  const unlimited = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER)
    return unlimited ? `${minimum} ...` : `${minimum} ... ${maximum}`;
  return type ?? '';
}

function inline(params: unknown): string {
  const entries = Object.entries(params as object).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return entries.length > 0 ? entries.join(', ') : 'no parameters';
}

/** Text inside a Markdown table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
