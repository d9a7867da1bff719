// How much two sequences have in common in the same order.

/** Items that one step compares: the bits of a number. */
const BITS = 32;
const ALL = 2 ** BITS - 1;

/**
 * Length of a longest common subsequence of `a` and `b`, in (a.length / 32) * b.length steps.
 * Source: H. Hyyrö, "Bit-parallel LCS-length computation revisited", 2004.
 */
export function commonSubsequenceLength(a: readonly string[], b: readonly string[]): number {
  const ids = new Map([...new Set(a)].map((item, id) => [item, id + 1]));
  const left = a.map((item) => ids.get(item) ?? 0);
  const right = Uint32Array.from(b, (item) => ids.get(item) ?? 0);
  const masks = new Uint32Array(ids.size + 1);
  const carries = new Uint8Array(b.length);
  let length = 0;
  for (let at = 0; at < left.length; at += BITS) {
    const block = left.slice(at, at + BITS);
    for (const [bit, id] of block.entries()) masks[id]! |= 1 << bit;
    length += zeros(passBlock(right, masks, carries), block.length);
    for (const id of block) masks[id] = 0;
  }
  return length;
}

/**
 * @param masks which items of the block are equal, by id; 0: none.
 * @param carries of the block before, for each item of `right`; replaced by this one's.
 * @returns a bit per item of the block: 0 where the common subsequence grows.
 */
function passBlock(right: Uint32Array, masks: Uint32Array, carries: Uint8Array): number {
  let row = ALL;
  for (let j = 0; j < right.length; j++) {
    const mask = masks[right[j]!]!;
    const sum = row + ((row & mask) >>> 0) + carries[j]!;
    carries[j] = sum > ALL ? 1 : 0;
    row = ((sum >>> 0) | (row & ~mask)) >>> 0;
  }
  return row;
}

function zeros(bits: number, size: number): number {
  let count = 0;
  for (let bit = 0; bit < size; bit++) if (((bits >>> bit) & 1) === 0) count += 1;
  return count;
}
