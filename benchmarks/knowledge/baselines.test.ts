import { describe, expect, test } from 'vitest';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { linkFigures } from '#metrics/grounding/links.js';
import { sharedData } from '#testing/shared-data.js';
import { answersOf, linkers } from './baselines.js';
import { attributeOf } from './keywords.js';
import type { Labelled } from './labelled.js';
import { readSet } from './sets.js';

test.each([
  ['感冒要挂什么科？', '就诊科室'],
  ['感冒要怎么治疗？', '治疗'],
  ['感冒灵用于治疗哪些疾病？', '适应症'],
  ['感冒？', undefined],
])('%s asks for %s', (question, attribute) => {
  expect(attributeOf(question)).toBe(attribute);
});

const folder = sharedData('medical');

/** All but those that take long to index. */
const names = Object.keys(linkers).filter((name) => !name.includes('whole'));

/** Those of the published measurement on all of CMeKG; this is a third of it. */
describe.skipIf(!folder)('on CMeKG, linkers without a model', () => {
  test('find the rows that they did when they were first measured', async () => {
    const { entities, questions } = await readSet('cmekg', folder!);
    const base = new KnowledgeBase(entities);
    const isKind = (kind: string) => (one: Labelled) => one.kind === kind;
    const figures = names.map((name) => {
      const answers = answersOf(base, linkers[name]!(base), questions);
      const kinds = ['exact', 'synonym', 'family'].map((kind) => {
        const { value, n } = linkFigures(answers.filter(isKind(kind))).entity;
        return Math.round(value! * n);
      });
      const row = linkFigures(answers.filter(({ answerable }) => answerable)).row;
      return [name, ...kinds, Math.round(row.value! * row.n)];
    });
    expect(figures).toEqual([
      ['BM25 of "name attribute"', 110, 14, 29, 82],
      ['BM25 of names and aliases, keywords', 101, 13, 28, 84],
      ['dictionary of names, keywords', 116, 0, 0, 84],
      ['dictionary of names and aliases, keywords', 116, 3, 0, 85],
      ['first candidate, keywords', 114, 16, 29, 92],
      ['first candidate, wordings', 114, 16, 29, 93],
    ]);
  });
});
