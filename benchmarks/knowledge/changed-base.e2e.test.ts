// The update test on the demo's base, of the built-in model as it is: what changes is what was changed.

import { rmSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { rowsOf } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { questionOf, wordingsFor } from '#knowledge/questions/questions.js';
import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { projectRoot } from '#supervisor/layout.js';
import { usePlatform } from '../../test/testing/platform.js';
import { askAll } from './ask-all.js';
import type { Labelled } from './labelled.js';
import { planUpdate, updateTable } from './update-test.js';

const running = usePlatform();
const PHARMACY = join(projectRoot, 'scripts/demo/data/pharmacy.jsonl');
/** Of sixty entities, each asked once: a third is set, a third deleted, a third left. */
const EACH = 20;
/**
 * The retriever says who is meant: a name that the question says is 69 ahead of none, by 100 ln 2, and
 * one that is only like it is not ahead.
 */
const STEERED = { retriever_weight: 100, min_mass: -100, margin: 40 };

/** One of each entity, for a row that it has. */
function questionsOf(base: KnowledgeBase): Labelled[] {
  return base.entities.map((entity) => {
    const [row] = [...rowsOf(entity)];
    const { attribute } = row!;
    const { own, general } = wordingsFor(attribute, 'en');
    return {
      question: questionOf([...own, ...general][0]!, entity.name, attribute),
      kind: 'exact',
      answerable: true,
      split: 'seen',
      use: 'test',
      entities: [entity.id],
      attributes: [attribute],
    };
  });
}

test('rows that are set are read, entities that are deleted are not found, and all else stays', async () => {
  const client = await running.platform.tenant('acme', 0);
  const { base } = await readKnowledgeBase('p.jsonl', createReadStream(PHARMACY));
  const questions = questionsOf(base);
  const { id } = await client.createKnowledgeBase('pharmacy', PHARMACY);
  const knowledge = { knowledge_base: id, ...STEERED, wording: 'rows' } as const;
  const ask = async (name: string) => {
    const file = join(running.platform.env.home, `${name}.jsonl`);
    const answers = await askAll(client, { model: 'lethe-tiny', knowledge }, questions, file);
    rmSync(file);
    return answers;
  };
  const before = await ask('before');
  // It was never tuned: whatever row it names is changed. No entity but the one that was asked for is.
  const answers = zip(questions, before).map(([asked, { knowledge: found }]) => ({
    ...asked,
    attributes: [found.link?.attribute ?? ''],
    link: { entity: found.link?.entity_id ?? '', attribute: found.link?.attribute ?? '' },
    isGrounded: found.status === 'grounded',
    mass: 0,
    margin: 0,
    candidates: [],
  }));
  const changes = planUpdate({ name: 'it', answers }, base, EACH);
  const count = (op: string) => changes.filter((change) => change.op === op).length;
  expect([count('set'), count('delete')]).toEqual([EACH, EACH]);
  await client.changeKnowledgeBase(id, changes);
  const after = await ask('after');
  const rest = questions.length - 2 * EACH;
  expect(updateTable(changes, before, after).split('\n').slice(2)).toEqual([
    `| rows set: the new value is read | ${EACH} | ${EACH} |`,
    `| rows set: the text says it | ${EACH} | ${EACH} |`,
    `| entities deleted: not_found | ${EACH} | ${EACH} |`,
    `| of others: the same text | ${rest} | ${rest} |`,
  ]);
}, 240_000);
