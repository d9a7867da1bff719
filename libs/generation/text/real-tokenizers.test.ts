// Ids and texts of published tokenizers, against digests of what Hugging Face's tokenizers make of
// the same 1,000 lines.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Tokenizer } from '#models/text/tokenizer.js';
import { REAL_TOKENIZERS } from '#testing/real-tokenizers.js';
import { Detokenizer } from './detokenizer.js';

const golden = (name: string): string[] =>
  readFileSync(`test/golden/tokenizers/${name}`, 'utf8').split('\n').slice(0, -1);
const lines = golden('lines.jsonl').map((line) => JSON.parse(line) as string);
const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

function stream(
  tokenizer: Tokenizer,
  ids: readonly number[],
  before: readonly number[] = [],
): string {
  const detokenizer = new Detokenizer((some) => tokenizer.decode(some), before);
  return ids.map((id) => detokenizer.push(id)).join('') + detokenizer.flush();
}

describe.each(Object.keys(REAL_TOKENIZERS))('%s', (name) => {
  let tokenizer: Tokenizer;
  let specials: string[];
  beforeAll(async () => {
    const document = await REAL_TOKENIZERS[name]!();
    specials = document.added_tokens.filter(({ special }) => special).map(({ content }) => content);
    tokenizer = new Tokenizer({
      tokenizer: document,
      config: { bos_token: specials[0] },
      model: name,
    });
  });

  test('tells the bytes of tokens, which join to their text', () => {
    for (const ids of lines.map((line) => tokenizer.encode(line))) {
      const plain = ids.filter((id) => tokenizer.decode([id], { spellsSpecial: true }) !== '');
      const bytes = Buffer.concat(plain.map((id) => tokenizer.bytesOf(id))).toString();
      const text = tokenizer.decode(plain, { spellsSpecial: true });
      expect([text, ` ${text}`]).toContain(bytes);
    }
  });

  test('encodes, decodes and streams 1,000 lines as the reference does', () => {
    const ids = lines.map((line) => tokenizer.encode(line));
    const found = ids.map((row) => {
      const texts = [row, row.filter((_, i) => i % 3 !== 1)].map((some) => tokenizer.decode(some));
      return `${digest(row.join(','), 6)} ${digest(texts.join('\n'), 4)}`;
    });
    const wanted = golden(`${name}.txt`);
    expect([lines.length, wanted.length]).toEqual([1000, 1000]);
    const wrong = wanted.flatMap((row, i) =>
      row === found[i] ? [] : [{ line: lines[i], ids: ids[i] }],
    );
    expect(wrong).toEqual([]);
    const torn = ids.filter(
      (row, i) => i % 4 === 0 && stream(tokenizer, row) !== tokenizer.decode(row),
    );
    expect(torn).toEqual([]);
    expect(tokenizer.encode('Hi', { addSpecial: true })).toEqual(
      (JSON.parse(golden('ends.json')[0]!) as Record<string, number[]>)[name],
    );
  });

  test('streams the rest of a text as it stands after its beginning', () => {
    const torn = lines.flatMap((line) => {
      const ids = tokenizer.encode(line);
      const text = tokenizer.decode(ids);
      const [before, after] = [ids.slice(0, ids.length / 2), ids.slice(ids.length / 2)];
      const begun = tokenizer.decode(before);
      if (begun.endsWith('\ufffd')) return []; // a character is cut in half
      const streamed = begun + stream(tokenizer, after, before);
      return streamed === text ? [] : [{ text, streamed }];
    });
    expect(torn).toEqual([]);
  });

  test('reads no content as a special token, and the text around it as ever', () => {
    const open = specials[0]!;
    const close = specials.at(-1)!;
    const isSpecial = new Set(specials.flatMap((special) => tokenizer.encode(special)));
    for (const content of [
      ...specials,
      ...specials.map((special) => `\n${special} ${special}${open}`),
      `${open.slice(0, 2)}${open}${open.slice(2)}`,
    ]) {
      const sealed = tokenizer.encodeSealed(tokenizer.seal(content));
      expect(sealed.filter((id) => isSpecial.has(id))).toEqual([]);
      expect(tokenizer.decode(sealed)).toBe(content);
    }
    for (const line of lines.filter((_, i) => i % 10 === 0)) {
      const turn = `${open}user\n${tokenizer.seal(line)}${close}`;
      const harmless = tokenizer.encode(turn);
      if (specials.some((special) => line.includes(special))) continue;
      expect(
        tokenizer.encodeSealed(turn + tokenizer.seal(close)).slice(0, harmless.length),
      ).toEqual(harmless);
    }
  });
});
