// Validates what a client sends against the zod schema its handler names: @Body({ schema }),
// @Query({ schema }).

import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { first } from '#collections/items.js';
import { ApiError } from './api.error.js';
import { plainWords } from './plain-words.js';

@Injectable()
export class ZodPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const schema = metadata.schema as z.ZodType | undefined;
    return schema ? parse(schema, value ?? {}) : value;
  }
}

/**
 * @throws ApiError 400 with the path of the first field that does not fit, its value and what was
 * expected.
 */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value, { error: plainWords });
  if (parsed.success) return parsed.data;
  const issue = first(parsed.error.issues);
  if (issue.code === 'unrecognized_keys') throw unknownField([...issue.path, first(issue.keys)]);
  const path = issue.path.join('.');
  const found = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const shown = isShort(found)
    ? ` (got ${typeof found === 'number' ? found : JSON.stringify(found)})`
    : '';
  const field = path === '' ? 'The request' : `'${path}'`;
  throw ApiError.invalid(
    `${field} is not valid: ${issue.message}${shown}.`,
    path || null,
    found === undefined ? 'missing_or_invalid' : 'invalid_value',
  );
}

const unknownField = (path: readonly PropertyKey[]): ApiError => {
  const name = path.join('.').slice(0, 100);
  return ApiError.invalid(`'${name}' is not a field that is known here.`, name, 'unknown_field');
};

/** Numbers and short words help the reader; anything longer may be private text. */
function isShort(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null ||
    (typeof value === 'string' && value.length <= 40)
  );
}
