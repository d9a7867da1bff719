// How a name lies in a question: which of its parts stand where.

export interface Pair {
  readonly own: number;
  readonly asked: number;
}

/** Of a part of the name that the question lacks, and of one that it has between two of them. */
const [LACKED, BETWEEN] = [10, 9];

interface Cell {
  readonly cost: number;
  readonly pair: Pair;
  readonly left: Cell | undefined;
}

/**
 * The cheapest alignment: what the question says before its first pair and after its last costs
 * nothing.
 */
export function align<A, B>(
  own: readonly A[],
  asked: readonly B[],
  isSame: (own: A, asked: B) => boolean,
): Pair[] {
  /** By place in the question, the best that ends there, of parts before this one. */
  const ending: (Cell | undefined)[] = asked.map(() => undefined);
  let best: Cell | undefined;
  let least = own.length * LACKED;
  for (const [i, part] of own.entries()) {
    const row: (Cell | undefined)[] = [];
    let left: Cell | undefined;
    for (const [j, word] of asked.entries()) {
      const cell = isSame(part, word) ? after(left, { own: i, asked: j }) : undefined;
      row.push(cell);
      left = nearer(left, ending[j]);
      const whole = cell ? cell.cost + (own.length - 1 - i) * LACKED : Infinity;
      if (whole < least) [best, least] = [cell, whole];
    }
    for (const [j, cell] of row.entries()) ending[j] = nearer(ending[j], cell);
  }
  const pairs: Pair[] = [];
  for (let cell = best; cell; cell = cell.left) pairs.unshift(cell.pair);
  return pairs;
}

function after(left: Cell | undefined, pair: Pair): Cell {
  const begun: Cell = { cost: pair.own * LACKED, pair, left: undefined };
  if (!left) return begun;
  const lacked = (pair.own - left.pair.own - 1) * LACKED;
  const cost = left.cost + lacked + (pair.asked - left.pair.asked - 1) * BETWEEN;
  return cost < begun.cost ? { cost, pair, left } : begun;
}

/** That from which whatever follows costs less. */
const nearer = (one: Cell | undefined, other: Cell | undefined): Cell | undefined =>
  costBeyond(other) < costBeyond(one) ? other : one;
const costBeyond = (cell: Cell | undefined): number =>
  cell ? cell.cost - cell.pair.own * LACKED - cell.pair.asked * BETWEEN : Infinity;
