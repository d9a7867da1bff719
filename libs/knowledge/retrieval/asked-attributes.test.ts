import { createReadStream } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { wordingsFor } from '../questions/questions.js';
import { readKnowledgeBase } from '../readers/read-knowledge-base.js';
import { AskedAttributes } from './asked-attributes.js';

const attributes = ['symptoms', 'cause', 'dose', 'colour'];
const asked = new AskedAttributes(attributes);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const likeliest = (words: string, of = asked, among = attributes): string => {
  const fits = of.of({ words });
  return among[fits.indexOf(Math.max(...fits))]!;
};

describe('the attribute that a question asks for', () => {
  test.each([
    ['What are the symptoms of ?', 'symptoms'],
    ['I wonder how  shows itself', 'symptoms'],
    ['What would be causing ?', 'cause'],
    ['How much  should a child take?', 'dose'],
    ['And the colour of ?', 'colour'],
  ])('of "%s" is %s', (words, attribute) => {
    expect(likeliest(words)).toBe(attribute);
  });

  test('is told in either language, whatever the name of the attribute', () => {
    const chinese = ['症状', '病因', '颜色'];
    const of = new AskedAttributes(chinese);
    expect(likeliest('得了 会哪里不舒服？', of, chinese)).toBe('症状');
    expect(likeliest('请问 是什么原因引起的？', of, chinese)).toBe('病因');
    expect(likeliest(' 的颜色呢？', of, chinese)).toBe('颜色');
  });

  test('has probabilities that add up to 1, none of which rules it out', () => {
    for (const words of ['What causes ?', '', 'xyzzy']) {
      const fits = asked.of({ words });
      expect(sum(fits)).toBeCloseTo(1, 12);
      expect(Math.min(...fits)).toBeGreaterThan(0.3 / attributes.length - 1e-12);
    }
    expect(new Set(asked.of({ words: '' }))).toEqual(new Set([1 / attributes.length]));
    expect(new AskedAttributes([]).of({ words: 'What?' })).toEqual([]);
  });

  test('is less sure where the wording is taken as unknown, of it alone', () => {
    const words = 'What is  due to?';
    const [, known] = asked.of({ words });
    const [, unknown] = asked.of({ words, unknown: 'What is GOUT due to?' });
    expect(unknown).toBeLessThan(known!);
    expect(asked.of({ words, unknown: 'What is gout caused by?' })[1]).toBe(known);
  });
});

const file = sharedData('medical/cmekg/kb.jsonl');

/** What the share that goes to all alike goes by. */
test.skipIf(!file)('seven in ten wordings of CMeKG are told by the others', async () => {
  const { base } = await readKnowledgeBase('kb.jsonl', createReadStream(file!));
  const types = [...new Set(base.entities.map(({ type }) => type))];
  const told = types.flatMap((type) => {
    const its = base.attributes(type);
    const of = new AskedAttributes(its);
    return its.flatMap((attribute, i) =>
      wordingsFor(attribute, 'zh').own.map((wording) => {
        const words = wording.replaceAll('{name}', ' ');
        const fits = of.of({ words, unknown: wording.replaceAll('{name}', 'x') });
        return fits.indexOf(Math.max(...fits)) === i;
      }),
    );
  });
  expect(told).toHaveLength(202);
  expect(told.filter(Boolean).length / told.length).toBeCloseTo(0.72, 1);
});
