// Look-ups that must succeed.

/**
 * The entry of a map, or of an object, that the caller knows to be there.
 * @throws Error naming the key where it is not: a mistake in the program, not of a user's.
 */
export function required<K extends string | number, V>(entries: ReadonlyMap<K, V>, key: K): V;
export function required<V>(entries: Readonly<Record<string, V>>, key: string): V;
export function required<V>(
  entries: ReadonlyMap<string, V> | Readonly<Record<string, V>>,
  key: string,
): V {
  const value: V | undefined =
    entries instanceof Map ? entries.get(key) : (entries as Readonly<Record<string, V>>)[key];
  if (value === undefined) throw new Error(`expected an entry ${key}, found none`);
  return value;
}
