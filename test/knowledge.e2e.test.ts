// A model is tuned to a knowledge base and answers from it, on real services.

import { execa } from 'execa';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job, ReadKnowledgeBase } from '#client/types.js';
import { projectRoot } from '#supervisor/layout.js';
import { usePlatform } from './testing/platform.js';
import { jsonLines, model } from './testing/short-job.js';

const running = usePlatform();
let client: LetheClient;
let base: ReadKnowledgeBase;
let job: Job;

const names = ['Bal', 'Cor', 'Dex', 'Fen', 'Gar', 'Hol', 'Jun', 'Kel', 'Lor', 'Mav', 'Nim', 'Pol'];
const entities = names.map((name, i) => ({
  id: `m${i}`,
  type: 'medicine',
  name: `${name}ovex`,
  aliases: i % 2 === 0 ? [`${name} drops`] : [],
  attributes: {
    dosage: [`${1 + (i % 3)} a day`],
    ...(i % 4 === 0 ? {} : { side_effects: ['rash', 'nausea', 'fever'].slice(0, 1 + (i % 3)) }),
  },
}));
const tuning = {
  hyperparameters: { max_steps: 12, batch_size: 8, learning_rate: 0.002, lora_r: 8 },
  augmentation: { wordings: 4 },
  evaluation: { limit: 4, shard_size: 8, max_tokens: 24 },
};

beforeAll(async () => {
  client = await running.platform.tenant('acme', 0);
  const path = join(running.platform.env.home, 'meds.jsonl');
  writeFileSync(path, jsonLines(entities));
  base = await client.createKnowledgeBase('meds', path);
  rmSync(path);
});

test('a model is tuned to a base, and judged by questions that it was not taught', async () => {
  const { id } = await client.createJob({
    model,
    suffix: 'meds',
    seed: 1,
    method: { type: 'knowledge_tuning', knowledge_tuning: { knowledge_base: base.id, ...tuning } },
  });
  job = await follow(client, id);
  expect(job.error).toBeNull();
  expect(job.stages.map(({ name, status }) => `${name} ${status}`)).toEqual(
    ['augment', 'train', 'after', 'publish'].map((name) => `${name} succeeded`),
  );
  expect(job.stages[0]!.metrics).toMatchObject({ unfounded: 0, long: 0 });
  const { knowledge } = await client.report(id);
  expect(new Set(knowledge!.rows.map(({ split }) => split))).toEqual(
    new Set(['seen', 'unseen_wording', 'unseen_entity', 'synonym', 'absent', 'unsupported']),
  );
}, 240_000);

test('it answers from the base, and from a row as it is now', async () => {
  const name = job.fine_tuned_model!;
  const question = 'What is the dosage of Corovex?';
  const asked = { min_mass: -50, margin: 0, retriever_weight: 100, wording: 'rows' } as const;
  const before = await client.ask(name, question, asked);
  expect(before.knowledge).toMatchObject({ knowledge_base: base.id, version: 1 });
  expect(before.knowledge.link?.entity).toBe('Corovex');
  const { attribute } = before.knowledge.link!;
  await client.changeKnowledgeBase(base.id, [
    { op: 'set', entity: 'm1', attribute, values: ['as never before'] },
  ]);
  const after = await client.ask(name, question, asked);
  expect(after.knowledge).toMatchObject({ status: 'grounded', version: 2 });
  expect(after.content).toContain('as never before');
});

test('the command tunes by the name of the base, and shows what came of it', async () => {
  const main = join(projectRoot, 'dist', 'cli', 'main.js');
  const sets = Object.entries(tuning).flatMap(([part, fields]) =>
    Object.entries({ ...fields, ...(part === 'hyperparameters' ? { max_steps: 2 } : {}) }).flatMap(
      ([field, value]) => ['--set', `${part}.${field}=${value}`],
    ),
  );
  const lethe = (...args: string[]) =>
    execa(process.execPath, [main, 'knowledge', 'tune', '--model', model, ...args], {
      reject: false,
      extendEnv: false,
      env: {
        ...running.platform.env.inherited,
        LETHE_URL: running.platform.url,
        LETHE_API_KEY: client.openai.apiKey ?? '',
      },
    });
  const { stdout, stderr, exitCode } = await lethe('--knowledge', 'meds', '--suffix', 'x', ...sets);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('job ftjob-')]);
  for (const said of ['answers from the base', 'absentAnswered', 'model ft:lethe-tiny:acme:x:'])
    expect(stdout).toContain(said);
  const unknown = await lethe('--knowledge', 'nothing');
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('there is no knowledge base nothing'),
  ]);
}, 240_000);
