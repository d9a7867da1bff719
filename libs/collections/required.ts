// Look-ups that must succeed.

/**
 * The entry of a map that the caller knows to be there.
 * @throws Error naming the key where it is not: a mistake in the program, not of a user's.
 */
export function required<K extends string | number, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`expected an entry ${key}, the map has none`);
  return value;
}
