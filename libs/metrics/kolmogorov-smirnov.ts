// Two-sample Kolmogorov-Smirnov test: how likely two samples this far apart come from one
// distribution.

export interface KsTest {
  /** Largest distance between the two empirical distribution functions, 0 to 1. */
  readonly statistic: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Above this many values in a sample the limiting distribution is used; the exact count costs their
 * product.
 */
const LARGEST_EXACT = 10_000;

/**
 * Two-sided test, as scipy.stats.ks_2samp decides it up to 10,000 values a sample: by the exact
 * distribution. Ties are treated as there: the distance is taken after all equal values.
 * @throws RangeError for an empty sample or a value that is not a number.
 */
export function ksTest(first: readonly number[], second: readonly number[]): KsTest {
  if (first.length === 0 || second.length === 0)
    throw new RangeError('a sample of the Kolmogorov-Smirnov test is empty');
  if ([...first, ...second].some(Number.isNaN))
    throw new RangeError('a sample of the Kolmogorov-Smirnov test holds NaN');
  const distance = largestDistance(
    Float64Array.from(first).toSorted(),
    Float64Array.from(second).toSorted(),
  );
  const [m, n] = [first.length, second.length];
  const statistic = distance / (m * n);
  const exact = Math.max(m, n) <= LARGEST_EXACT;
  return {
    statistic,
    pValue: exact ? exactTail(m, n, distance) : limitTail(statistic * Math.sqrt((m * n) / (m + n))),
  };
}

/** max |F_a - F_b| in units of 1 / (m n), so that it stays a whole number. */
function largestDistance(a: Float64Array, b: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === value) i += 1;
    while (j < b.length && b[j] === value) j += 1;
    largest = Math.max(largest, Math.abs(i * b.length - j * a.length));
  }
  return largest;
}

/**
 * P(distance >= h): the share of lattice paths from (0, 0) to (m, n) that reach |x n - y m| >= h. A
 * random path to (x, y) came from (x - 1, y) with probability x / (x + y), so the share is an
 * average of its neighbours'. Every term is positive: a tail of 1e-21 keeps all its digits.
 */
function exactTail(m: number, n: number, h: number): number {
  if (h === 0) return 1;
  const column = new Float64Array(n + 1);
  let share = 0;
  for (let x = 0; x <= m; x++) {
    share = 0;
    for (let y = 0; y <= n; y++) {
      if (Math.abs(x * n - y * m) >= h) share = 1;
      else if (x + y > 0) share = (x * column[y]! + y * share) / (x + y);
      column[y] = share;
    }
  }
  return share;
}

/**
 * Kolmogorov's limit 2 sum (-1)^(k-1) exp(-2 k^2 z^2); below z = 0.2 it is 1 to fifteen digits,
 * where the sum converges slowly.
 */
function limitTail(z: number): number {
  if (z < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * z * z);
  return Math.min(1, Math.max(0, sum));
}
