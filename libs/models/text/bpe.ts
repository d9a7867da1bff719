// Byte-pair encoding: the pieces that a vocabulary's merges make of a word, in the order of the
// merges' ranks.

/** `model` of a tokenizer.json. */
export interface BpeConfig {
  readonly type?: string;
  readonly vocab: Readonly<Record<string, number>>;
  /** Pairs, best first; written as one text with a space or as two. */
  readonly merges: readonly (string | readonly [string, string])[];
  readonly unk_token?: string | null;
  readonly fuse_unk?: boolean;
  readonly byte_fallback?: boolean;
  readonly ignore_merges?: boolean;
}

/**
 * What @huggingface/tokenizers expects of a model: a function of words that carries its vocabulary.
 */
export interface BpeModel {
  (words: readonly string[]): string[];
  readonly tokens_to_ids: Map<string, number>;
  readonly vocab: string[];
  readonly unk_token: string | undefined;
  readonly unk_token_id: number | undefined;
}

/** No word has as many characters; rank and position fit one float64. */
const POSITIONS = 2 ** 31;
const CACHED_WORDS = 20_000;
const LONGEST_CACHED = 64;

export function bpeModel({
  vocab: own,
  merges,
  unk_token,
  fuse_unk,
  byte_fallback,
  ignore_merges,
}: BpeConfig): BpeModel {
  const ids = new Map<string, number>();
  const vocab: string[] = [];
  for (const token of Object.keys(own)) {
    ids.set(token, own[token]!);
    vocab[own[token]!] = token;
  }
  const ranks = new Map<string, number>();
  for (const [rank, pair] of merges.entries())
    ranks.set(typeof pair === 'string' ? pair : pair.join(' '), rank);
  const unk = unk_token ?? undefined;
  const cache = new Map<string, string[]>();
  const bytes = new TextEncoder();

  const spell = (character: string): string[] => {
    if (ids.has(character)) return [character];
    const spelt = byte_fallback ? Array.from(bytes.encode(character), byteToken) : [];
    if (spelt.length > 0 && spelt.every((token) => ids.has(token))) return spelt;
    return unk === undefined ? [] : [unk];
  };
  const pieces = (word: string): string[] => {
    if (ignore_merges && Object.hasOwn(own, word)) return [word];
    const found = merge([...word], ranks).flatMap(spell);
    return fuse_unk ? found.filter((token, i) => token !== unk || found[i - 1] !== unk) : found;
  };
  const cached = (word: string): string[] => {
    if (word.length > LONGEST_CACHED) return pieces(word);
    const known = cache.get(word);
    if (known) return known;
    if (cache.size === CACHED_WORDS) cache.clear();
    const found = pieces(word);
    cache.set(word, found);
    return found;
  };
  const unk_token_id = unk === undefined ? undefined : ids.get(unk);
  return Object.assign((words: readonly string[]) => words.flatMap(cached), {
    tokens_to_ids: ids,
    vocab,
    unk_token: unk,
    unk_token_id,
  });
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/**
 * Joins the best pair, the first one where two are as good, until no pair of neighbours has a rank.
 */
function merge(symbols: string[], ranks: ReadonlyMap<string, number>): string[] {
  const n = symbols.length;
  const next = Int32Array.from({ length: n }, (_, i) => i + 1);
  const previous = Int32Array.from({ length: n }, (_, i) => i - 1);
  /**
   * Rank of the pair that begins at a symbol: what the heap says of it otherwise is out of date.
   */
  const current = new Int32Array(n).fill(-1);
  const heap = new MinHeap();
  const offer = (at: number): void => {
    const right = next[at]!;
    const rank = right < n ? ranks.get(`${symbols[at]!} ${symbols[right]!}`) : undefined;
    current[at] = rank ?? -1;
    if (rank !== undefined) heap.push(rank * POSITIONS + at);
  };
  for (let at = 0; at < n; at += 1) offer(at);
  for (let best = heap.pop(); best !== undefined; best = heap.pop()) {
    const at = best % POSITIONS;
    if (current[at] !== (best - at) / POSITIONS) continue;
    const right = next[at]!;
    symbols[at] += symbols[right]!;
    current[right] = -1;
    next[at] = next[right]!;
    if (next[at]! < n) previous[next[at]!] = at;
    offer(at);
    if (previous[at]! >= 0) offer(previous[at]!);
  }
  const left: string[] = [];
  for (let at = 0; at < n; at = next[at]!) left.push(symbols[at]!);
  return left;
}

class MinHeap {
  private readonly items: number[] = [];

  push(item: number): void {
    const { items } = this;
    let at = items.length;
    while (at > 0 && items[(at - 1) >> 1]! > item) {
      items[at] = items[(at - 1) >> 1]!;
      at = (at - 1) >> 1;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const { items } = this;
    const [first, last] = [items[0], items.pop()];
    if (items.length === 0 || last === undefined) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child += 1;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return first;
  }
}
