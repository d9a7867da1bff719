// Sets of characters as sorted ranges of code points, both ends included.

export type Range = readonly [low: number, high: number];
export type Ranges = readonly Range[];

/** All of Unicode but halves of characters, which UTF-8 cannot spell. */
export const ANY: Ranges = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
];

/** Sorted, joined where they touch. */
export function union(ranges: Ranges): Ranges {
  const joined: [number, number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before && low <= before[1] + 1) before[1] = Math.max(before[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

/** @param low of the ranges kept, up to `high`. */
export const within = (ranges: Ranges, low: number, high: number): Ranges =>
  ranges
    .map(([from, to]): Range => [Math.max(from, low), Math.min(to, high)])
    .filter(([from, to]) => from <= to);

/** What of `ranges` is not in `others`. */
export function without(ranges: Ranges, others: Ranges): Ranges {
  let kept = ranges;
  for (const [low, high] of others)
    kept = [...within(kept, 0, low - 1), ...within(kept, high + 1, 0x10ffff)];
  return union(kept);
}

export const pointsOf = (characters: string): Ranges =>
  union([...characters].map((character): Range => [code(character), code(character)]));

const code = (character: string): number => character.codePointAt(0) ?? 0;
