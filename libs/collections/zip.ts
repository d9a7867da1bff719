// Lists that belong together, item by item.

type Lists<T extends readonly unknown[]> = { readonly [K in keyof T]: ArrayLike<T[K]> };

/**
 * [a, b, ...] of equally long lists, an item of each.
 * @throws RangeError where their lengths differ.
 */
export function zip<T extends readonly unknown[]>(...lists: Lists<T>): T[] {
  const lengths = new Set(lists.map(({ length }) => length));
  if (lengths.size > 1)
    throw new RangeError(`expected lists of one length, found ${[...lengths].join(' and ')}`);
  const [length = 0] = lengths;
  return Array.from({ length }, (_, i) => lists.map((list) => list[i]) as unknown as T);
}
