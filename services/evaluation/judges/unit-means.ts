// One vector for a text, of its tokens' hidden states.

/**
 * The mean of each row's states, at unit length.
 * @param data [rows, positions, size].
 * @param attentionMask [rows, positions]: 0 for padding, which does not count.
 */
export function unitMeans(
  data: Float32Array,
  size: number,
  attentionMask: BigInt64Array,
  rows: number,
): Float32Array[] {
  const positions = attentionMask.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const mean = new Float32Array(size);
    for (let at = row * positions; at < (row + 1) * positions; at++) {
      if (attentionMask[at] === 0n) continue;
      for (let i = 0; i < size; i++) mean[i]! += data[at * size + i]!;
    }
    // The mean's length does not matter: it is brought to 1.
    const length = Math.hypot(...mean) || 1;
    return mean.map((x) => x / length);
  });
}
