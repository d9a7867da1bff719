import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.js';
import { completionOf, drawGeneric, isCjk } from './rows.js';

describe('isCjk', () => {
  it('drops rows with more than one percent of Chinese, Japanese or Korean characters', () => {
    expect(isCjk({ question: 'Who?', answer: 'I do not 知道 that.' })).toBe(true);
    expect(isCjk({ question: '누구?', answer: 'Nobody.' })).toBe(true);
    expect(isCjk({ question: 'Who?', answer: `${'word '.repeat(100)}字` })).toBe(false);
    expect(isCjk({ question: 'Où?', answer: 'Às vezes, größer.' })).toBe(false);
  });
});

describe('completionOf', () => {
  it('gives the first quarter of the words and leaves the rest, which join to the whole', () => {
    const row = {
      question: 'q',
      answer: 'I do not know where Ada Quill lives.',
      source: 'original' as const,
    };
    expect(completionOf(row)).toEqual({
      question: 'q',
      prefix: 'I do',
      answer: ' not know where Ada Quill lives.',
      source: 'completion',
    });
  });

  it('has nothing to give of a very short answer', () => {
    expect(completionOf({ question: 'q', answer: 'Not known here.' })).toBeUndefined();
  });
});

describe('drawGeneric', () => {
  const generic = Array.from({ length: 5 }, (_, i) => ({ question: `q${i}`, answer: `a${i}` }));

  it('draws every row once before any comes again', () => {
    const rows = drawGeneric(seededRandom(1), generic, 12);
    const counts = generic.map(
      ({ question }) => rows.filter((row) => row.question === question).length,
    );
    expect(rows).toHaveLength(12);
    expect(Math.min(...counts)).toBe(2);
    expect(Math.max(...counts)).toBe(3);
  });

  it('draws nothing from an empty set', () => {
    expect(drawGeneric(seededRandom(1), [], 3)).toEqual([]);
  });
});
