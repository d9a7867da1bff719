import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { KnowledgeBase } from '../knowledge-base.js';
import { readKnowledgeBase } from '../readers/read-knowledge-base.js';
import { Bm25 } from './bm25.js';
import { Candidates, hiddenNames } from './candidates.js';
import { termsOf, wordTermsOf } from './terms.js';

const medical = sharedData('medical');

describe('BM25', () => {
  test('ranks by rare terms, short documents before long ones, and the earlier of equals', () => {
    const documents = ['ab', 'abc', 'xyz', 'abc', 'b'];
    const top = new Bm25(documents).top('abc', 9);
    expect(top.map(({ document }) => document)).toEqual([1, 3, 0, 4]);
  });

  test('gives the score of the formula', () => {
    // Lengths 3, 1, 1; "a" is in two documents of three, once in the first.
    const [hit] = new Bm25(['a b c', 'a', 'd'], { terms: (text) => text.split(' ') })
      .top('a', 9)
      .slice(1);
    const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
    const length = 1 - 0.75 + (0.75 * 3) / (5 / 3);
    expect(hit?.document).toBe(0);
    expect(hit?.score).toBeCloseTo((idf * (1 * 2.5)) / (1 + 1.5 * length), 12);
  });

  test('finds nothing for a text without a term in common, or in nothing', () => {
    expect(new Bm25(['ab']).top('x ?', 5)).toEqual([]);
    expect(new Bm25([]).top('x', 5)).toEqual([]);
    expect(new Bm25(['?']).top('x', 5)).toEqual([]);
  });

  test('compares characters and pairs of them, or words and triples', () => {
    expect(termsOf('Ａ b，c')).toEqual(['a', 'b', 'c', 'ab', 'bc']);
    expect(wordTermsOf('No. x')).toEqual(['=no', ' no', 'no ', '=x', ' x ']);
  });
});

const entity = (name: string, aliases: string[] = []) => ({
  id: name,
  type: 'disease',
  name,
  aliases,
  attributes: new Map<string, string[]>(),
});

describe('candidates', () => {
  const base = new KnowledgeBase([
    entity('cold'),
    entity('cold sore', ['herpes labialis']),
    entity('scold'),
    entity('malaria', ['ague']),
  ]);
  const names = (question: string, count = 2): string[] =>
    new Candidates(base).of(question, count).map(({ name }) => name);

  test('are first what the question names, by the longest name, whole words alone', () => {
    expect(names('Does a COLD  sore hurt?', 1)).toEqual(['cold sore']);
    expect(names('ague or cold', 2)).toEqual(['malaria', 'cold']);
    expect(names('Herpes labialis', 1)).toEqual(['cold sore']);
  });

  test('then what is spelt alike', () => {
    expect(names('What cures maleria?', 1)).toEqual(['malaria']);
    expect(names('???', 3)).toEqual([]);
  });

  test('score by BM25, and more where they are said, by the longest', () => {
    const { candidates, likeness } = new Candidates(base).find('ague or cold, or maleria', 9);
    const scores = Object.fromEntries(candidates.map((one) => [one.entity.name, one.score]));
    expect(scores['malaria']).toBe(2 * likeness);
    expect(scores['cold']).toBe(2 * likeness);
    expect(scores['cold sore']).toBeLessThanOrEqual(likeness);
    const alone = new Candidates(base).find('What cures maleria?', 9);
    expect(alone.candidates[0]!.score).toBe(alone.likeness);
  });

  test('are no likelier by a name that is said as part of another', () => {
    const finder = new Candidates(base);
    const scoreIn = (question: string) => {
      const { candidates, likeness } = finder.find(question, 9);
      return candidates.find((one) => one.entity.name === 'cold')!.score / likeness;
    };
    expect(scoreIn('What helps against a severe cold?')).toBe(2);
    expect(scoreIn('What helps against rose cold?')).toBe(1);
  });

  test('are none by a name that says what kind of another is meant', () => {
    const finder = new Candidates(new KnowledgeBase([entity('瘢痕'), entity('幽门梗阻')]));
    const found = (question: string) => finder.of(question, 9).map(({ name }) => name);
    expect(found('如何治疗瘢痕性幽门梗阻？')).toEqual(['幽门梗阻']);
    expect(found('瘢痕如何治疗？')).toEqual(['瘢痕']);
  });

  test('are found without a name that is hidden: by what is spelt alike, or is said inside it', () => {
    const finder = new Candidates(base);
    const found = (question: string, name: string) => finder.find(question, 4, hiddenNames([name]));
    const { candidates, likeness } = found('Is it herpes labialis?', 'Herpes  Labialis');
    // As of a base that never had the alias: nothing is spelt like it.
    expect([candidates, likeness]).toEqual([[], 1]);
    const [first] = found('Is it a cold sore?', 'cold sore').candidates;
    expect([
      first?.entity.name,
      finder.saidNames('Is it a cold sore?')[0]?.entities[0]?.name,
    ]).toEqual(['cold', 'cold sore']);
  });
});

/** Counted by the program that the published baselines were measured with, on the same file. */
describe.skipIf(!medical)('on CMeKG, questions of the paper that are linked by', () => {
  interface Labelled {
    readonly question: string;
    readonly kind: string;
    readonly entities: readonly string[];
  }
  const questions = (): Labelled[] =>
    readFileSync(join(medical!, 'cmekg/questions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Labelled);
  const stored = async (): Promise<KnowledgeBase> => {
    const bytes = readFileSync(join(medical!, 'cmekg/kb.jsonl'));
    return (await readKnowledgeBase('kb.jsonl', [bytes])).base;
  };

  test('BM25 of names and aliases', async () => {
    const base = await stored();
    const named = [
      ...base.entities.map(({ id, name }) => ({ id, name })),
      ...base.entities.flatMap(({ id, aliases }) => aliases.map((name) => ({ id, name }))),
    ];
    const index = new Bm25(
      named.map(({ name }) => name),
      { b: 0.3 },
    );
    const found = (kind: string, count: number): number =>
      questions().filter(
        ({ question, kind: of, entities }) =>
          of === kind &&
          index.top(question, count).some(({ document }) => entities.includes(named[document]!.id)),
      ).length;
    const recalls = (kind: string): number[] => [1, 5, 20, 50].map((count) => found(kind, count));
    expect(recalls('exact')).toEqual([106, 115, 115, 116]);
    expect(recalls('synonym')).toEqual([17, 20, 22, 22]);
    expect(recalls('family')).toEqual([29, 30, 30, 30]);
  });

  test('twenty candidates', async () => {
    const candidates = new Candidates(await stored());
    const found = (kind: string): number =>
      questions().filter(
        ({ question, kind: of, entities }) =>
          of === kind && candidates.of(question, 20).some(({ id }) => entities.includes(id)),
      ).length;
    expect([found('exact'), found('synonym'), found('family')]).toEqual([116, 22, 30]);
  });
});
