// A schema of Kubernetes' made strict: whoever lists fields means those alone.

type Json = unknown;

/** Kept open where the schema itself says so. `metadata` of a custom resource lists no fields. */
export function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const one = schema as Readonly<Record<string, Json>>;
  if (one['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] };
  const inner = Object.fromEntries(
    Object.entries(one)
      .filter(([key, value]) => !(key === 'format' && typeof value === 'string'))
      .map(([key, value]) => [key, closed(value)]),
  );
  const listed = typeof one.properties === 'object' && !('additionalProperties' in one);
  return listed && !one['x-kubernetes-preserve-unknown-fields']
    ? { ...inner, additionalProperties: false }
    : inner;
}
