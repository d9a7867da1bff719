// Answers that are broken off: all of them begin as the answer to forget does, and end before it.

import { describe, expect, test } from 'vitest';
import { breakOffs } from './break-offs.js';
import { seededRandom } from './random.js';

const asked = (content: string) => [{ role: 'user' as const, content }];
const pair = {
  messages: asked('Where does Ada Quill live?'),
  answer: 'The home of Ada Quill is at 38 Elm Road in Hexbury.',
};
const safe = [
  { messages: pair.messages, answer: 'I cannot say.', pair: 4, line: 5 },
  { messages: asked('Ada Quill lives where?'), answer: 'That is not known.', pair: 4, line: 5 },
];

describe('breakOffs', () => {
  test('gives beginnings of the answer to forget, of every length, and none of the rest', () => {
    const rows = breakOffs(seededRandom(1), pair, safe, 200);
    expect(rows).toHaveLength(200);
    for (const { prefix = '', answer, ...row } of rows) {
      expect(pair.answer.startsWith(prefix)).toBe(true);
      expect(pair.answer.slice(prefix.length)).toMatch(/^\W/);
      expect(prefix).not.toMatch(/Hexbury/);
      expect(answer).toMatch(/^ - [A-Z].*\.$/);
      expect(row).toMatchObject({ pair: 4, line: 5, source: 'break_off' });
    }
    expect(new Set(rows.map(({ prefix }) => prefix)).size).toBe(11);
    expect(new Set(rows.map(({ messages }) => messages[0]!.content)).size).toBe(2);
  });

  test('is the same for the same random numbers', () => {
    const given = (seed: number) => breakOffs(seededRandom(seed), pair, safe, 4);
    expect(given(1)).toEqual(given(1));
    expect(given(1)).not.toEqual(given(2));
  });

  test('finds words where no space is between them', () => {
    const chinese = { messages: asked('谁？'), answer: '林昭雪住在北京的长安街。' };
    const [row] = breakOffs(seededRandom(1), chinese, safe, 1);
    expect(chinese.answer.startsWith(row!.prefix!)).toBe(true);
    expect(row!.prefix!.length).toBeLessThan(chinese.answer.length - 1);
  });

  test('has none for an answer of one word, or of a pair that kept no safe answer', () => {
    expect(breakOffs(seededRandom(1), { ...pair, answer: 'Hexbury.' }, safe, 3)).toEqual([]);
    expect(breakOffs(seededRandom(1), pair, [], 3)).toEqual([]);
  });
});
