// A few of many.

/** As many items, or all of fewer, spread evenly over the list. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const places = Math.min(count, items.length);
  return Array.from({ length: places }, (_, i) => items[Math.floor((i * items.length) / places)]!);
}
