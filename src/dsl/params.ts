// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { closest } from '../ir/closest.ts';
import { type Diagnostic, KilnError } from '../ir/diagnostics.ts';
import { captureSpan } from '../ir/span.ts';

/** Parameters of a block with defaults filled in; all that is wrong with them is thrown together (KLN-P001). */
export function parseParams(blockName: string, schema: z.ZodType, params: unknown): unknown {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const spans = [{ span: captureSpan(), label: '' }];
  const common = { code: 'KLN-P001', spans, module: blockName, cause: null } as const;
  const found = parsed.error.issues.flatMap((issue): Diagnostic[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => ({ ...common, ...unknownKey(blockName, [...issue.path, key], known) }));
    }
    const where = issue.path.length > 0 ? `parameter ${issue.path.join('.')}` : 'the parameters';
    if (issue.code === 'invalid_type' && issue.path.length > 0 && valueAt(params, issue.path) === undefined) {
      const message = `${blockName}: ${where} is missing: ${issue.expected} expected.`;
      return [{ ...common, message, cure: 'Give it; only parameters with a default can be left out.' }];
    }
    const text = issue.message.replace(/\.$/, '');
    const cure = 'Give a value in the range that the block documents.';
    return [{ ...common, message: `${blockName}: ${where}: ${text}.`, cure }];
  });
  throw new KilnError(found);
}

function unknownKey(
  blockName: string,
  path: readonly PropertyKey[],
  known: readonly string[],
): { readonly message: string; readonly cure: string } {
  const name = path.map(String).join('.');
  const likely = closest(String(path.at(-1)), known);
  const list = known.length > 0 ? `It has ${known.join(', ')}.` : 'It has none.';
  return {
    message: `${blockName}: there is no parameter ${name}.${likely === null ? '' : ` Did you mean ${likely}?`}`,
    cure: list,
  };
}

/** The keys of the record that a schema has at a path; none where the schema is not a plain record there. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = bare(schema);
  for (const key of path) {
    if (at instanceof z.ZodObject) at = bare((at.shape as Record<PropertyKey, unknown>)[key]);
    else if (at instanceof z.ZodArray) at = bare(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** A schema without what only says that it may be left out. */
function bare(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return bare(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? bare(schema.in) : schema;
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    params,
  );
}
