// Who a question is about: the proper name that it turns on.

/** Capitalised words that open questions and requests, or stand for no name. */
const openers = new Set(
  `A An The Who Whose Whom What Which Where When Why How Is Are Was Were Do Does Did Has Have Had Can Could Would Will Should May Might Describe Tell Name Give List
  Share Explain Please State Say Let Hello Hi Hey In On At To For From By With I If And Or But About Based Are There According Also Quick Some Any
  January February March April May June July August September October November December`.split(
    /\s+/,
  ),
);
const streets =
  /^(?:ave|avenue|blvd|boulevard|circle|colony|court|ct|drive|lane|loop|mews|palace|path|place|quay|rd|road|row|square|st|street|trail|village|way)$/i;
const joiners = new Set(['of', 'de', 'da', 'van', 'von', 'der', 'al', 'bin', 'del', 'la']);
const titles = /^(?:Dr|Mr|Mrs|Ms|Prof)\.$/;

const spaces = /\s+/;
const bare = (word: string): string =>
  word
    .replace(/^[("']+/, '')
    .replace(/(?<![),.?!;:"'])[),.?!;:"']+$/, '')
    .replace(/'s$/, '');
const isName = (word: string): boolean =>
  /^\p{Lu}[\p{L}'’-]*\.?$/u.test(bare(word)) && !openers.has(bare(word));

/** Names that are weighed: the first. */
const MAX_CANDIDATES = 100;

interface Candidate {
  name: string;
  score: number;
}

/**
 * The name a question is about, without a possessive; undefined where it names no one. A name in
 * the answer too, a possessive, and two or three words speak for a candidate; a number, "in" or
 * another place before it, a street's word at its end, and quotation marks against it.
 */
export function findSubject(question: string, answer: string): string | undefined {
  const text = question
    .replace(/[‘’]/g, "'")
    .replace(/(?<=^|\s)(["'“])[^"“”]{0,300}?(["'”])(?=[\s,.?]|$)/g, ' | ');
  const words = text.split(spaces).filter(Boolean);
  const said = answer.replace(/[‘’]/g, "'");
  const candidates: Candidate[] = [];
  /** Beyond the ends there are no words: '' is no name. */
  const wordAt = (i: number): string => words[i] ?? '';
  for (let i = 0; i < words.length && candidates.length < MAX_CANDIDATES; i++) {
    if (!isName(wordAt(i))) continue;
    let end = i;
    while (
      !closes(wordAt(end)) &&
      (isName(wordAt(end + 1)) || (joiners.has(wordAt(end + 1)) && isName(wordAt(end + 2))))
    ) {
      end += 1;
    }
    const run = words.slice(i, end + 1);
    const name = run
      .map((word, k) =>
        titles.test(word) ? word : bare(k === run.length - 1 ? word : word.replace(/,$/, '')),
      )
      .join(' ');
    const length = run.length;
    const closing = wordAt(end);
    const before = wordAt(i - 1);
    const score =
      (name.split(' ').some((part) => said.includes(part)) ? 3 : 0) +
      (closesPossessively(closing) ? 1 : 0) +
      (length === 2 || length === 3 ? 2 : 0) -
      (/\d/.test(before) ? 6 : 0) -
      (streets.test(bare(closing)) ? 6 : 0) -
      ((/^(?:in|at|on|near)$/i.test(before) && !closesPossessively(closing)) ||
      /^\p{Lu}.*,$/u.test(before)
        ? 6
        : 0);
    candidates.push({ name, score });
    i = end;
  }
  const best = candidates.reduce<Candidate | undefined>(
    (top, next) => (top && top.score >= next.score ? top : next),
    undefined,
  );
  return best && best.score > 0 ? best.name : undefined;
}

const closesPossessively = (word: string): boolean => /'s?\W{0,9}$/.test(word);
/** A possessive, or punctuation after a word, ends a name. */
const closes = (word: string): boolean => /(?:'s|s'|[,.?!;:])$/.test(word) && !titles.test(word);
