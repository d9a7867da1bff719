// Sequences of tokens as a tree: which token may follow those so far.

export interface TrieNode<T> {
  readonly next: ReadonlyMap<number, TrieNode<T>>;
  /** What ends here; only an end token leads to it. */
  readonly value?: T;
}

interface Growing<T> {
  next: Map<number, Growing<T>>;
  value?: T;
}

/**
 * @param sequences tokens with what they stand for. The end token closes each, so that one may be
 * the beginning of another; of two that are equal, the first counts.
 * @throws RangeError without a sequence, or for an empty one: nothing would be allowed.
 */
export function linkTrie<T>(
  sequences: Iterable<readonly [tokens: readonly number[], value: T]>,
  endToken: number,
): TrieNode<T> {
  const root: Growing<T> = { next: new Map() };
  for (const [tokens, value] of sequences) {
    if (tokens.length === 0) throw new RangeError('a sequence of the trie has no tokens');
    const leaf = [...tokens, endToken].reduce(grown, root);
    leaf.value ??= value;
  }
  if (root.next.size === 0) throw new RangeError('a trie needs a sequence');
  return root;
}

function grown<T>(node: Growing<T>, token: number): Growing<T> {
  const known = node.next.get(token);
  if (known) return known;
  const made: Growing<T> = { next: new Map() };
  node.next.set(token, made);
  return made;
}
