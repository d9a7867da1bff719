// What of a JSON schema is known, and where it stands.

import { FormError } from '../errors/form.error.js';

export type Schema = Readonly<Record<string, unknown>>;

/** A schema that is read, and the JSON pointer by which errors name it. */
export interface Placed<S = Schema> {
  readonly schema: S;
  readonly path: string;
}

/** Keywords by the type of value that they are about. */
export const KEYWORDS = {
  object: ['properties', 'patternProperties', 'required', 'additionalProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  boolean: [],
  null: [],
} as const satisfies Record<string, readonly string[]>;
export type JsonType = keyof typeof KEYWORDS;

/** They say nothing of what is valid. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'discriminator',
  'readOnly',
  'writeOnly',
  'strict',
  'contentEncoding',
  'contentMediaType',
  'externalDocs',
  'xml',
]);

export function schemaAt({ schema, path }: Placed<unknown>): Schema {
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema))
    return schema as Schema;
  throw new FormError(`the schema at ${path}: expected an object or true`);
}

/**
 * As draft 2020-12 writes what OpenAPI and earlier drafts write otherwise: `nullable`, tuples by
 * `items`, and formats of numbers, which are annotations.
 */
export function schemaOf(placed: Placed<unknown>): Schema {
  const { nullable, additionalItems, items, ...schema } = schemaAt(placed);
  const { format: _, ...others } = schema;
  const types = schema['type'] === undefined ? undefined : [schema['type']].flat();
  return {
    ...(types && !types.includes('string') ? others : schema),
    ...(types && nullable === true ? { type: [...new Set([...types, 'null'])] } : {}),
    ...(Array.isArray(items) ? { prefixItems: items, items: additionalItems } : { items }),
  };
}

/** Keywords that constrain. */
export const keywordsOf = (schema: Schema): string[] =>
  Object.keys(schema).filter(
    (key) => !ANNOTATIONS.has(key) && !key.startsWith('x-') && schema[key] !== undefined,
  );

/** @throws FormError naming a keyword that is not among `known`. */
export function checkKeywords({ schema, path }: Placed, known: readonly string[]): void {
  const other = keywordsOf(schema).find((key) => !known.includes(key));
  if (other !== undefined) throw unsupported({ schema, path }, other);
}

export const unsupported = ({ path }: Placed, keyword: string): FormError =>
  new FormError(`the schema at ${path}: ${keyword.slice(0, 50)} is not supported here`);

/** @throws FormError where a keyword's value is not a whole number of 0 or more. */
export function countAt({ schema, path }: Placed, keyword: string, otherwise: number): number {
  const value = schema[keyword] ?? otherwise;
  if (value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0))
    return value as number;
  throw new FormError(`the schema at ${path}: ${keyword}: expected a whole number of 0 or more`);
}

/** As the schema says, or as its keywords do. Undefined: any. */
export function typesOf({ schema, path }: Placed): JsonType[] | undefined {
  const { type } = schema;
  if (type === undefined) return impliedTypes(schema);
  const types = [type].flat();
  const isKnown = types.every((one) => typeof one === 'string' && Object.hasOwn(KEYWORDS, one));
  if (isKnown && types.length > 0) return types as JsonType[];
  throw new FormError(
    `the schema at ${path}: type: expected one or more of ${Object.keys(KEYWORDS).join(', ')}`,
  );
}

export function impliedTypes(schema: Schema): JsonType[] | undefined {
  const types = (['object', 'array', 'string', 'number'] as const).filter((type) =>
    KEYWORDS[type].some((key) => schema[key] !== undefined),
  );
  return types.length > 0 ? types : undefined;
}

export function isOf(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object')
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
