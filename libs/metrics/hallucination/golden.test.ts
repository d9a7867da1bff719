// Our figures against those of the public scripts, on the same answers (test/golden/hallucination/make.py).

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { amberCounts, amberFigures, type AmberResponse, type Relation } from './amber.js';
import { objectReader } from './chair/objects.js';
import { parseSynonyms } from './chair/synonyms.js';
import { measured } from './paired.js';
import { popeCounts, popeFigures, said, type YesNo } from './pope.js';

const folder = new URL('../../../../test/golden/hallucination/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const lines = <T>(name: string): T[] =>
  text(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

interface Side {
  readonly captions: readonly { readonly objects: readonly string[]; readonly words: number }[];
}
const expected = JSON.parse(text('expected.json')) as {
  chair: Record<string, Side>;
  pope: { said: YesNo[]; figures: Record<string, number> };
  amber: Record<string, number>;
};

test.each(['answers', 'baseline'])("chair.py's objects and words of each caption: %s", (name) => {
  const read = objectReader(parseSynonyms(text('chair/synonyms.txt')));
  const captions = lines<{ caption: string }>(`chair/${name}.jsonl`);
  expect(captions.map(({ caption }) => read(caption))).toEqual(expected.chair[name]?.captions);
});

test("POPE's reading of each answer, and its figures", () => {
  const questions = lines<{ label: YesNo }>('pope/questions.jsonl');
  const answers = lines<{ answer: string }>('pope/answers.jsonl');
  const read = answers.map(({ answer }) => said(answer));
  expect(read.map((one) => (one === 'no' ? 'no' : 'yes'))).toEqual(expected.pope.said);
  expect(read.filter((one) => one === 'other')).toHaveLength(4);
  const images = zip(questions, answers).map(([{ label }, { answer }]) =>
    popeCounts(answer, label),
  );
  const figures = measured(popeFigures, [{ images }]);
  const { acc, precision, recall, f1, yes_ratio: yesRatio } = expected.pope.figures;
  const ours = ['accuracy', 'precision', 'recall', 'F1', 'yes ratio'];
  for (const [name, value] of zip(ours, [acc, precision, recall, f1, yesRatio]))
    expect(figures[name]?.value, name).toBeCloseTo(100 * value!, 9);
});

test("AMBER's generative figures, without word vectors", () => {
  const given = JSON.parse(text('amber/responses.json')) as {
    relation: Relation;
    safe: string[];
    responses: AmberResponse[];
  };
  const safe = new Set(given.safe);
  const images = given.responses.map((response) => amberCounts(response, given.relation, safe));
  const figures = measured(amberFigures, [{ images }]);
  for (const [name, value] of Object.entries(expected.amber))
    expect(figures[name]?.value, name).toBeCloseTo(value, 1);
});
