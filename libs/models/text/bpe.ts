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
  // Not by entries(), which takes twice the time of so large an object.
  for (const token of Object.keys(own)) {
    const id = own[token]!;
    ids.set(token, id);
    vocab[id] = token;
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

/** A character, or what was made of several. */
interface Piece {
  readonly at: number;
  text: string;
  /** Of the pair with the next piece: what the heap says of it otherwise is out of date. */
  rank?: number | undefined;
  previous?: Piece | undefined;
  next?: Piece | undefined;
}

/**
 * Joins the best pair, the first one where two are as good, until no pair of neighbours has a rank.
 */
function merge(characters: readonly string[], ranks: ReadonlyMap<string, number>): string[] {
  const pieces = characters.map((text, at): Piece => ({ at, text }));
  const heap = new MinHeap();
  const offer = (piece: Piece): void => {
    piece.rank = piece.next && ranks.get(`${piece.text} ${piece.next.text}`);
    if (piece.rank !== undefined) heap.push(piece.rank * POSITIONS + piece.at);
  };
  for (const [at, piece] of pieces.entries()) {
    piece.previous = pieces[at - 1];
    piece.next = pieces[at + 1];
    offer(piece);
  }
  for (let best = heap.pop(); best !== undefined; best = heap.pop()) {
    const left = pieces[best % POSITIONS];
    const right = left?.next;
    if (!left || !right || left.rank !== Math.floor(best / POSITIONS)) continue;
    left.text += right.text;
    left.next = right.next;
    right.rank = undefined;
    if (right.next) right.next.previous = left;
    offer(left);
    if (left.previous) offer(left.previous);
  }
  const merged: string[] = [];
  for (let piece: Piece | undefined = pieces[0]; piece; piece = piece.next) merged.push(piece.text);
  return merged;
}

class MinHeap {
  private readonly items: number[] = [];

  push(item: number): void {
    const { items } = this;
    let at = items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || above <= item) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const { items } = this;
    const [first, last] = [items[0], items.pop()];
    if (items.length === 0 || last === undefined) return first;
    let at = 0;
    for (;;) {
      const child = 2 * at + 1;
      const [left, right] = [items[child] ?? Infinity, items[child + 1] ?? Infinity];
      const least = Math.min(left, right);
      if (least >= last) break;
      items[at] = least;
      at = right < left ? child + 1 : child;
    }
    items[at] = last;
    return first;
  }
}
