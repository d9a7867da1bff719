// How sure a share is that few questions were asked for.

/** Lower and upper bound. */
export type Interval = [number, number];

/** Of the normal distribution, for 95 %. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval of a share, at 95 % (Wilson 1927): unlike the normal one it stays within 0
 * and 1, and is honest for shares at either end.
 * @param count of `total` that hold.
 * @returns lower and upper bound; of a share of none, 0 and 1.
 */
export function wilson(count: number, total: number): Interval {
  if (total === 0) return [0, 1];
  const share = count / total;
  const spread = (Z * Z) / total;
  const middle = share + spread / 2;
  const reach = Z * Math.sqrt((share * (1 - share)) / total + spread / (4 * total));
  return [
    Math.max(0, (middle - reach) / (1 + spread)),
    Math.min(1, (middle + reach) / (1 + spread)),
  ];
}
