// Every name of the knowledge bases at hand, with its attributes, as paths of published tokenizers.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Tokenizer } from '#models/text/tokenizer.js';
import { REAL_TOKENIZERS } from '#testing/real-tokenizers.js';
import { sharedData } from '#testing/shared-data.js';
import { pathTrie } from './path-trie.js';

interface Line {
  /** In one language, or by language. */
  readonly name: string | Readonly<Record<string, string>>;
  readonly aliases?: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

const BASES = ['cmekg', 'do', 'demo-zh-en'];

/** "name | attribute\n" of each name and alias, with one of its attributes. */
function linksOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const links = lines.flatMap((line, i) => {
    const { name, aliases = [], attributes } = JSON.parse(line) as Line;
    const known = Object.keys(attributes);
    const attribute = known[i % known.length] ?? 'none';
    const names = typeof name === 'string' ? [name] : Object.values(name);
    return [...names, ...aliases].map((one) => `${one} | ${attribute}\n`);
  });
  return [...new Set(links)];
}

describe.each(BASES)('%s', (base) => {
  const file = sharedData(`medical/${base}/kb.jsonl`);

  test.skipIf(!file).each(Object.keys(REAL_TOKENIZERS))('%s', async (name) => {
    const links = linksOf(file!);
    const tokenizer = new Tokenizer({
      tokenizer: await REAL_TOKENIZERS[name]!(),
      config: {},
      model: name,
    });
    const said = links.map((text) => ({ text, tokens: tokenizer.encode(text) }));
    const unsaid = said.filter(({ text, tokens }) => tokenizer.decode(tokens) !== text);
    expect({ unsaid: unsaid.slice(0, 5), count: unsaid.length }).toEqual({ unsaid: [], count: 0 });
    // Halves of links, which are taught by themselves: the same tokens.
    const torn = said.filter(({ text, tokens }) => {
      const entity = tokenizer.encode(text.slice(0, text.lastIndexOf(' | ') + ' |'.length));
      return !isDeepStrictEqual(entity, tokens.slice(0, entity.length));
    });
    expect({ torn: torn.slice(0, 5), count: torn.length }).toEqual({ torn: [], count: 0 });
    // Texts that end in their only line break: none is the beginning of another as tokens, either.
    const root = pathTrie(said, Infinity);
    const ends = said.map(({ tokens }) =>
      tokens.reduce<typeof root | undefined>((node, token) => node?.next.get(token), root),
    );
    expect(ends.map((end) => end?.path)).toEqual(links.map((_, i) => i));
  });
});
