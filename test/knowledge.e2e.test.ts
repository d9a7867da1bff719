// A model is tuned to a knowledge base and answers from it, on real services.

import { execa } from 'execa';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources';
import { beforeAll, expect, test } from 'vitest';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { GroundedAnswer, Job, ReadKnowledgeBase } from '#client/types.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
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

/** Of which some say a sentence before the guard strikes. */
const SEEDS = 24;

/** What lethe-tiny says of the one is the value of the other. */
const rows = [
  { id: 'd1', type: 'disease', name: 'measles', attributes: { is: ['home', 'a dog'] } },
  { id: 'w1', type: 'word', name: 'article', attributes: { is: ['the'] } },
];

interface Streamed {
  readonly pieces: readonly string[];
  readonly last: Pick<GroundedAnswer, 'knowledge' | 'annotations'>;
}

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
    new Set([
      'seen',
      'unseen_wording',
      'unseen_entity',
      'synonym',
      'hidden_alias',
      'misspelt',
      'absent',
      'unsupported',
    ]),
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

test('a value of another row ends a stream whose first sentences were told, in the row itself', async () => {
  const path = join(running.platform.env.home, 'rows.jsonl');
  writeFileSync(path, jsonLines(rows));
  const { id } = await client.createKnowledgeBase('rows', path);
  rmSync(path);
  const tokenizer = await (await openCheckpoint(join(projectRoot, 'models', model))).tokenizer();
  const [own, end, other] = [' home', '\n', ' the'].map((text) => tokenizer.encode(text).at(-1)!);
  const ask = async (seed: number): Promise<Streamed> => {
    const stream = await client.openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'What do you know of measles?' }],
      stream: true,
      temperature: 2,
      seed,
      max_tokens: 24,
      // Sentences of the row's value, until one says another's.
      allowed_token_ids: [own, end, other],
      knowledge: { knowledge_base: id, retriever_weight: 100, min_mass: -100, margin: 0 },
    } as never as ChatCompletionCreateParamsStreaming);
    const pieces: string[] = [];
    let last: Streamed['last'];
    for await (const { choices } of stream) {
      const { content, ...delta } = choices[0]!.delta as Streamed['last'] & { content?: string };
      if (content) pieces.push(content);
      if (delta.knowledge) last = delta;
    }
    return { pieces, last: last! };
  };
  const row = 'measles, is: home; a dog.';
  let struck = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const { pieces, last } = await ask(seed);
    const text = pieces.join('');
    expect(text).not.toMatch(/the/);
    if (!last.knowledge.guarded) continue;
    expect(text.endsWith(row)).toBe(true);
    const told = text.slice(0, -row.length);
    if (!told.includes('home')) continue;
    // What was told stays, and the row is on a line of its own, in the last piece.
    struck += 1;
    expect(told).toMatch(/^[home\s]+\n$/);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.at(-1)!.trimStart()).toBe(row);
    const { start_index: from, end_index: to, values } = last.annotations[0]!.kb_citation;
    expect(values).toEqual(['home', 'a dog']);
    expect(text.slice(from, to)).toMatch(/^home[^]*a dog$/);
  }
  expect(struck).toBeGreaterThan(0);
}, 120_000);

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
