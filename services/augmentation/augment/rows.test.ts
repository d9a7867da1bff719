import { describe, expect, test } from 'vitest';
import { seededRandom } from './random.js';
import { completionOf, drawGeneric, drifts } from './rows.js';

const row = (question: string, answer: string) => ({
  messages: [{ role: 'user' as const, content: question }],
  answer,
});

describe('drifts', () => {
  const pair = row('Who?', 'Ada.');
  test('is more than one percent of Chinese, Japanese or Korean characters that the pair has not', () => {
    expect(drifts(row('Who?', 'I do not 知道 that.'), pair)).toBe(true);
    expect(drifts(row('누구?', 'Nobody.'), pair)).toBe(true);
    expect(drifts(row('Who?', `${'word '.repeat(100)}字`), pair)).toBe(false);
    expect(drifts(row('Où?', 'Às vezes, größer.'), pair)).toBe(false);
    expect(drifts(row('谁？', '我不知道。'), row('谁？', '林昭雪。'))).toBe(false);
  });
});

describe('completionOf', () => {
  test('gives the first quarter of the words and leaves the rest, which join to the whole', () => {
    const whole = row('q', 'I do not know where Ada Quill lives.');
    expect(completionOf({ ...whole, source: 'original', line: 3, pair: 2 })).toEqual({
      messages: whole.messages,
      line: 3,
      prefix: 'I do',
      answer: ' not know where Ada Quill lives.',
      source: 'completion',
    });
  });

  test('has nothing to give of a very short answer', () => {
    expect(completionOf(row('q', 'Not known here.'))).toBeUndefined();
  });
});

describe('drawGeneric', () => {
  const generic = Array.from({ length: 5 }, (_, i) => row(`q${i}`, `a${i}`));

  test('draws every row once before any comes again', () => {
    const rows = drawGeneric(seededRandom(1), generic, 12);
    const counts = generic.map(
      ({ answer }) => rows.filter((drawn) => drawn.answer === answer).length,
    );
    expect(rows).toHaveLength(12);
    expect(Math.min(...counts)).toBe(2);
    expect(Math.max(...counts)).toBe(3);
  });

  test('draws nothing from an empty set', () => {
    expect(drawGeneric(seededRandom(1), [], 3)).toEqual([]);
  });
});
