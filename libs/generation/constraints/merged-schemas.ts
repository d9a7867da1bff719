// Two schemas that hold at once, as one.

import { isDeepStrictEqual } from 'node:util';
import { FormError } from '../errors/form.error.js';
import { keywordsOf, type Schema } from './schema.js';

const LARGER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const SMALLER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];

/** @param path of both, for errors. @throws FormError naming a keyword that cannot be joined. */
export function merged(a: Schema, b: Schema, path: string): Schema {
  checkOthers(a, b, path);
  checkOthers(b, a, path);
  const result: Record<string, unknown> = { ...a };
  for (const key of keywordsOf(b))
    result[key] = a[key] === undefined ? b[key] : both(key, a[key], b[key], path);
  return result;
}

function both(key: string, a: unknown, b: unknown, path: string): unknown {
  if (isDeepStrictEqual(a, b)) return a;
  if (key === 'required') return [...new Set([a, b].flat())];
  if (key === 'properties') return properties(a as Schema, b as Schema);
  if (key === 'type') return [a].flat().filter((type) => [b].flat().includes(type));
  if (LARGER.includes(key)) return Math.max(Number(a), Number(b));
  if (SMALLER.includes(key)) return Math.min(Number(a), Number(b));
  throw new FormError(`the schema at ${path}: ${key} is not supported twice`);
}

const properties = (a: Schema, b: Schema): Schema => ({
  ...a,
  ...Object.fromEntries(
    Object.entries(b).map(([name, schema]) => [
      name,
      Object.hasOwn(a, name) ? { allOf: [a[name], schema] } : schema,
    ]),
  ),
});

/** What one says of properties beyond its own would hold for the other's. */
function checkOthers(a: Schema, b: Schema, path: string): void {
  const { additionalProperties = true } = a;
  const own = (a['properties'] ?? {}) as Schema;
  const beyond = Object.keys((b['properties'] ?? {}) as Schema).find(
    (name) => !Object.hasOwn(own, name),
  );
  if (additionalProperties !== true && beyond !== undefined)
    throw new FormError(
      `the schema at ${path}: additionalProperties is not supported beside another's properties`,
    );
}
