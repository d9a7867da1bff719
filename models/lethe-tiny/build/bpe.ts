// Trains a byte-level BPE and writes it as a Hugging Face tokenizer.json.

/**
 * Letters with their leading space, digits in pairs, punctuation, blanks. Digits in pairs keep
 * numbers from becoming words.
 */
const pattern = String.raw`'s| ?\p{L}+| ?\p{N}{1,2}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

export interface Bpe {
  /** Token text (in the byte-level alphabet) by id. */
  readonly vocabulary: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/**
 * Learns merges from `texts`, most frequent pair first (ties: the lexicographically smaller pair),
 * until the vocabulary has `size` entries or no pair occurs `minCount` times. Ids: specials, then
 * the 256 bytes, then merges in order.
 */
export function trainBpe(
  texts: Iterable<string>,
  specials: readonly string[],
  size: number,
  minCount: number,
): Bpe {
  const alphabet = byteAlphabet();
  const words = [...countWords(texts)].map(([word, count]) => ({
    parts: [...new TextEncoder().encode(word)].map((byte) => alphabet[byte]!),
    count,
  }));
  const vocabulary = [...specials, ...alphabet];
  const merges: [string, string][] = [];
  while (vocabulary.length < size) {
    const best = mostFrequentPair(words, minCount);
    if (!best) break;
    merges.push(best);
    vocabulary.push(best.join(''));
    for (const word of words) word.parts = merge(word.parts, best);
  }
  return { vocabulary, merges };
}

function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  const regex = new RegExp(pattern, 'gu');
  for (const text of texts)
    for (const [word] of text.matchAll(regex)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function mostFrequentPair(
  words: readonly { parts: string[]; count: number }[],
  minCount: number,
): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const { parts, count } of words) {
    for (let i = 1; i < parts.length; i++) {
      const key = `${parts[i - 1]} ${parts[i]}`;
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  let best = '';
  let bestCount = minCount - 1;
  for (const [key, count] of counts) {
    if (count > bestCount || (count === bestCount && key < best)) [best, bestCount] = [key, count];
  }
  return best ? (best.split(' ') as [string, string]) : undefined;
}

function merge(parts: string[], [left, right]: readonly [string, string]): string[] {
  const out: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const joins = parts[i] === left && parts[i + 1] === right;
    out.push(joins ? left + right : parts[i]!);
    if (joins) i++;
  }
  return out;
}

const isPrintable = (byte: number): boolean =>
  (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;

/**
 * GPT-2's printable stand-in for every byte: itself where printable, else a character from U+0100
 * on.
 */
export function byteAlphabet(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : next++),
  );
}

/** The content of tokenizer.json. */
export function tokenizerJson({ vocabulary, merges }: Bpe, specials: readonly string[]): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
  };
}
