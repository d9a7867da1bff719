// What the guard lets through is not made up by any of the figures: texts as models say them, right and
// wrong, over the rows of whole bases.

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { spread } from '#collections/spread.js';
import { type Row, rowsOf } from '#knowledge/entity.js';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { answersOf } from '#knowledge/texts/answers.js';
import { type Language, languageOf } from '#knowledge/texts/language.js';
import { rowText } from '#knowledge/texts/render.js';
import { sharedData } from '#testing/shared-data.js';
import { JudgedBase } from '../../services/evaluation/knowledge/judged-base.js';
import { GuardedText } from '../../services/inference/knowledge/guarded-text.js';
import { QuestionedBase } from '../../services/inference/knowledge/questioned-base.js';
import { JudgedAnswers } from './judged-answers.js';
import type { Labelled } from './labelled.js';

const ROWS = 1500;
const demo = join(import.meta.dirname, '../../../scripts/demo/data/pharmacy.jsonl');
const cmekg = sharedData('medical/cmekg/kb.jsonl');

describe.each<[string, string | null]>([
  ['the demo', demo],
  ['CMeKG', cmekg],
])('of the base of %s', (_, file) => {
  test.skipIf(!file)(
    'an answer that was let through says nothing made up',
    async () => {
      const base = withTraps((await readKnowledgeBase('kb.jsonl', createReadStream(file!))).base);
      const asked = new QuestionedBase(base);
      const [ofJob, ofBenchmark] = [new JudgedBase(base), new JudgedAnswers(base)];
      const rows = spread(
        base.entities.flatMap((entity) => [...rowsOf(entity)]),
        ROWS,
      );
      const struck: Record<string, number> = {};
      for (const [i, row] of rows.entries()) {
        const other = item(rows, (i * 7919 + 1) % rows.length);
        const question = questionOf(row);
        const link = { entity: row.entity.id, attribute: row.attribute };
        for (const [kind, text] of Object.entries(textsOf(row, other, i))) {
          const { whole, guarded } = await guardedAnswer(asked, row, text, 1 + (i % 13));
          struck[kind] = (struck[kind] ?? 0) + Number(guarded);
          const answer = { text: whole, link, values: row.values, start: 0, end: whole.length };
          const asking = { ...question, entities: [row.entity.id], attribute: row.attribute };
          const { unfounded } = ofJob.read(asking, answer);
          expect(unfounded, `${kind}: ${whole}`).toEqual([]);
          expect(madeUp(ofBenchmark, question, row, whole), `${kind}: ${whole}`).toEqual([]);
        }
      }
      expect(struck['plain']).toBe(0);
      for (const kind of ['mixed', 'others', 'sentences'])
        expect(struck[kind], kind).toBeGreaterThan(rows.length * 0.9);
    },
    120_000,
  );
});

/** Values that are lists of others, or say what a row's words say before its values. */
function withTraps({ entities }: KnowledgeBase): KnowledgeBase {
  const rows = entities.flatMap((entity) => [...rowsOf(entity)]);
  const traps = rows.flatMap(({ entity, attribute, values }, i) => [
    attribute,
    [attribute, ': ', '：'].slice(0, 1 + (i % 3)).join('') + item(values, 0),
    values.slice(0, 2).join(item(['; ', '；', ', '], i % 3)),
    `${entity.name}, ${attribute}`,
    `${item(values, 0)}.`,
  ]);
  const attributes = new Map([['says', [...new Set(traps)]]]);
  return new KnowledgeBase([
    ...entities,
    { id: 'traps', type: 'trap', name: 'traps', aliases: [], attributes },
  ]);
}

const languageOfRow = ({ entity, attribute }: Row): Language => languageOf(entity.name + attribute);

const questionOf = ({ entity, attribute }: Row): Labelled => ({
  question: languageOf(entity.name) === 'zh' ? `${entity.name}怎么样？` : `What of ${entity.name}?`,
  kind: 'exact',
  split: 'seen',
  use: 'test',
  entities: [entity.id],
  attributes: [attribute],
  answerable: true,
});

/** What a model may say of a row, from all right to all wrong, and with the end cut off. */
function textsOf(row: Row, other: Row, i: number): Readonly<Record<string, string>> {
  const { entity, attribute } = row;
  const language = languageOfRow(row);
  const values = row.values.slice(0, 30);
  const [wrong = '', ...more] = other.values;
  const mixed = values.with(i % values.length, wrong);
  const worded = (some: readonly string[]): string =>
    item(answersOf({ name: entity.name, attribute, values: some }, language), i % 4);
  const plain = rowText({ ...row, values }, language);
  return {
    plain,
    worded: worded(values),
    mixed: rowText({ ...row, values: mixed }, language),
    others: rowText(other, language),
    sentences: `${values.join('。\n')}. ${wrong}! ${more.join('、')}。`,
    joined: [...values, wrong].join(''),
    backwards: values.toReversed().join('、'),
    cut: plain.slice(0, 1 + ((i * 31) % plain.length)),
    cutMixed: worded(mixed).slice(0, 1 + ((i * 37) % plain.length)),
  };
}

/** As inference answers: in pieces, the row in the place of what must not go on. */
async function guardedAnswer(asked: QuestionedBase, row: Row, text: string, size: number) {
  const { entity, attribute } = row;
  const { question } = questionOf(row);
  const { text: instead } = asked.outcome({
    question,
    link: { name: entity.name, attribute },
    rival: undefined,
    isSure: true,
    most: Infinity,
  });
  const guarded = new GuardedText(async (said, isWhole) =>
    asked.isFounded({ question, entityId: entity.id, attribute, text: said, isWhole }),
  );
  for (let at = 0; at < text.length; at += size) {
    const isLast = at + size >= text.length;
    if ((await guarded.add(text.slice(at, at + size), isLast)) !== undefined) continue;
    guarded.instead(instead);
    return { whole: guarded.whole, guarded: true };
  }
  return { whole: guarded.whole, guarded: false };
}

/** What the benchmark finds in an answer. */
function madeUp(judged: JudgedAnswers, question: Labelled, row: Row, content: string) {
  const { id, name, type } = row.entity;
  const link = { entity_id: id, entity: name, type, attribute: row.attribute };
  const knowledge = {
    knowledge_base: 'kb',
    version: 1,
    status: 'grounded',
    link,
    mass: 0,
    margin: 0,
    guarded: false,
  } as const;
  const answer = { content, annotations: [], knowledge: { ...knowledge, candidates: [] } };
  const { spoken = [] } = judged.grounded('model', [question], [answer]);
  return spoken.flatMap(({ unfounded }) => unfounded);
}
