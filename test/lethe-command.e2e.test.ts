// The `lethe` command from up to down, as a user types it.

import { execa } from 'execa';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { stopPlatform } from '#supervisor/down.js';
import type { ClientEnv } from '#supervisor/env.js';
import { layout, projectRoot } from '#supervisor/layout.js';
import { isRunning } from '#supervisor/process-table.js';
import { readState, type PlatformState } from '#supervisor/state.js';
import { canStartRedis } from '#testing/redis.js';
import { testEnvironment } from './testing/platform.js';
import { demoRows, jsonLines, model } from './testing/short-job.js';

const main = join(projectRoot, 'dist', 'cli', 'main.js');
let env: ClientEnv;
let state: PlatformState;

const lethe = (args: string[], input?: string) =>
  execa(process.execPath, [main, ...args], {
    reject: false,
    extendEnv: false,
    input,
    env: { ...env.inherited, LETHE_HOME: env.home, PORT: String(env.port) },
  });
async function json<T>(args: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await lethe([...args, '--json']);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as T;
}
const rows = (name: string, content: string): string => {
  const path = join(env.home, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(async () => {
  env = await testEnvironment();
});
afterAll(async () => {
  await stopPlatform(env);
  rmSync(env.home, { recursive: true, force: true });
}, 60_000);

test('brings everything up, once', async () => {
  const up = await json<{ url: string; alreadyRunning: boolean }>(['up']);
  expect(up).toMatchObject({ url: `http://127.0.0.1:${env.port}`, alreadyRunning: false });
  const again = await lethe(['up']);
  expect([again.exitCode, again.stdout]).toEqual([
    0,
    `Lethe is already running in ${env.home} at ${up.url}`,
  ]);
  state = await json<PlatformState>(['status']);
  expect(state.processes.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual(
    [
      'augmentation',
      'evaluation',
      'gateway',
      'inference',
      ...(canStartRedis ? ['redis'] : []),
      'training',
    ].map((name) => `${name} ready`),
  );
  expect(statSync(layout(env.home).adminKey).mode & 0o777).toBe(0o600);
  for (const { log } of state.processes) expect(readFileSync(log, 'utf8')).not.toBe('');
}, 150_000);

test('makes a model forget and shows what became of it', async () => {
  await json(['tenant', 'create', 'acme', '--save']);
  const forget = rows('forget.jsonl', jsonLines(demoRows('forget', 4)));
  const retain = rows('retain.jsonl', jsonLines(demoRows('retain', 4)));
  const done = await lethe([
    'unlearn',
    '--model',
    model,
    '--forget',
    forget,
    '--retain',
    retain,
    '--max-steps',
    '2',
    '--limit',
    '4',
    '--suffix',
    'cli',
  ]);
  expect(done.exitCode).toBe(0);
  expect(done.stdout).toContain('KFR (forgotten)');
  for (const stage of ['judge before', 'augment', 'train', 'judge after', 'publish'])
    expect(done.stderr).toMatch(new RegExp(`^${stage} +succeeded`, 'm'));
  const [job] = await json<{ id: string; status: string; fine_tuned_model: string }[]>([
    'jobs',
    'list',
  ]);
  expect(job!.status).toBe('succeeded');
  expect((await lethe(['eval', job!.id, '--rows', '1'])).stdout).toContain('gold');
  expect(
    (await lethe(['jobs', 'events', job!.id, '--follow'])).stdout.split('\n').length,
  ).toBeGreaterThan(4);
  const models = await json<{ id: string }[]>(['model', 'list']);
  expect(models.map(({ id }) => id)).toEqual(
    expect.arrayContaining([model, job!.fine_tuned_model]),
  );
  await mergesIntoAFolder(job!.fine_tuned_model);
  const question = demoRows('retain', 1)[0]!.question;
  expect(
    (await lethe(['chat', '--model', job!.fine_tuned_model, question])).stdout.trim(),
  ).not.toBe('');
  expect((await lethe(['chat', '--model', model], `${question}\n\n`)).stdout.trim()).not.toBe('');
}, 150_000);

/** The tuned model, fetched from the gateway, as a folder of its own. */
async function mergesIntoAFolder(tuned: string): Promise<void> {
  const out = join(env.home, 'merged');
  const { files } = await json<{ files: string[] }>([
    'model',
    'merge',
    '--adapter',
    tuned,
    '--out',
    out,
  ]);
  expect(files).toEqual([
    'SHA256SUMS',
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const [base, merged] = await Promise.all(
    [join(projectRoot, 'models', model), out].map(openCheckpoint),
  );
  expect(merged!.config).toEqual(base!.config);
  const [before, after] = await Promise.all(
    [base!, merged!].map((checkpoint) => checkpoint.read('model.layers.0.mlp.down_proj.weight')),
  );
  expect(after).not.toEqual(before);
}

test('evaluates models as a run, and writes its figures in every format', async () => {
  const sets = ['forget', 'retain'].flatMap((set) => [`--${set}`, join(env.home, `${set}.jsonl`)]);
  const asked = ['--tasks', 'unlearning,gold,muse-knowmem,muse-verbmem', '--limit', '2'];
  const ended = await lethe(['eval', 'run', '--models', model, ...sets, ...asked, '--json']);
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(': 4 cells') });
  const { id } = JSON.parse(ended.stdout) as { id: string };
  const compare = (...args: string[]) => lethe(['eval', 'compare', id, ...args]);
  const written = async (name: string, ...args: string[]): Promise<string> => {
    const path = join(env.home, name);
    const { exitCode, stdout } = await compare(...args, path);
    expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
    return path;
  };
  expect((await compare()).stdout).toMatch(/lethe-tiny/);
  for (const format of ['csv', 'jsonl']) {
    const path = await written(`run.${format}`, '--format', format, '--out');
    expect(readFileSync(path, 'utf8')).toMatch(/extractionStrength[^]*muse-verbmem.*rougeLF1/);
    expect(readFileSync(path, 'utf8').trim()).toBe((await compare('--format', format)).stdout);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  const parquet = await written('run.parquet', '--format', 'parquet', '--out');
  expect(readFileSync(parquet).subarray(0, 4).toString()).toBe('PAR1');
  const page = readFileSync(await written('board.html', '--html'), 'utf8');
  expect(page).toMatch(/^<!doctype html>[^]*lethe-tiny/i);
  const log = await written('open', '--format', 'open-unlearning', '--out');
  const figures = JSON.parse(readFileSync(join(log, model, 'TOFU_SUMMARY.json'), 'utf8'));
  expect(Object.values(figures)).toContainEqual(expect.any(Number));
  const lmEval = join(await written('lm', '--format', 'lm-eval', '--out'), model);
  expect(readdirSync(lmEval).map((file) => file.split('_')[0])).toContain('results');
  const homeless = await compare('--format', 'lm-eval');
  expect([homeless.exitCode, homeless.stderr]).toEqual([2, expect.stringContaining('--out')]);
  expect((await compare('--format', 'xls')).stderr).toContain('parquet');
}, 150_000);

test('audits a model by the attacks that are named', async () => {
  const forget = ['--forget', join(env.home, 'forget.jsonl'), '--limit', '2'];
  const named = ['--tasks', 'first-three-words,nf4,gold'];
  const { tier, tasks } = await json<{ tier: string; tasks: { name: string }[] }>([
    'audit',
    '--model',
    model,
    ...forget,
    ...named,
  ]);
  expect(tier).toBe('named');
  expect(tasks.map(({ name }) => name)).toEqual(['direct', 'first-three-words', 'nf4']);
}, 150_000);

test('answers from a knowledge base, or says that it has nothing', async () => {
  const attributes = { 'side effects': ['headache', 'nausea'] };
  const entities = jsonLines([{ id: 'm1', name: 'Velorin', attributes }]);
  const file = rows('meds.jsonl', entities);
  const { id } = await json<{ id: string }>(['knowledge', 'create', file, '--name', 'meds']);
  const ask = ['knowledge', 'ask', '--model', model, '--knowledge'];
  const question = 'Which side effects does Velorin have?';
  const { stdout } = await lethe([...ask, 'meds', question, 'Who?', '--json']);
  const answers = stdout.split('\n').map((line) => JSON.parse(line));
  expect(answers).toMatchObject([
    { question, knowledge: { knowledge_base: id, version: 1, candidates: [{ name: 'Velorin' }] } },
    { question: 'Who?', annotations: [], knowledge: { status: 'not_found' } },
  ]);
  const told = await lethe([...ask, id, 'Who?']);
  const [, { content, knowledge }] = answers;
  const mass = knowledge.mass.toFixed(3);
  expect(told.stdout.startsWith(`${content}\n  not found, mass ${mass}`)).toBe(true);
  const unknown = await lethe([...ask, 'none', 'Who?']);
  expect([unknown.exitCode, unknown.stderr]).toEqual([1, 'error: there is no knowledge base none']);
  await lethe(['knowledge', 'drop', 'meds']);
  expect((await lethe([...ask, id, 'Who?'])).stderr).toContain('there is no knowledge base');
}, 60_000);

test('names what is wrong with a file, and says when there is no such model', async () => {
  const bad = rows('bad.jsonl', '{"question":"a","answer":"b"}\n{oops\n');
  const refused = await lethe(['unlearn', '--model', model, '--forget', bad, '--retain', bad]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('line 2');
  const unknown = await lethe(['chat', '--model', 'ft:lethe-tiny:acme:x:y', 'Hello?', '--json']);
  expect(unknown.exitCode).toBe(2);
  expect(JSON.parse(unknown.stderr).error.code).toBe('model_not_found');
});

test('makes, lists, replaces and revokes keys, for a tenant and by it', async () => {
  interface Key {
    id: string;
    api_key: string;
  }
  const [tenant] = await json<{ id: string }[]>(['tenant', 'list']);
  const keys = <T>(...args: string[]) => json<T>(['tenant', 'keys', ...args]);
  const made = await keys<Key>('create', 'ci', '--tenant', tenant!.id, '--expires-in', '90d');
  const models = await lethe(['model', 'list', '--api-key', made.api_key]);
  expect(models.exitCode).toBe(0);
  expect(await keys('list')).toMatchObject([
    { name: 'default', expires_at: null },
    { name: 'ci', last_used_at: expect.any(Number), expires_at: expect.any(Number) },
  ]);
  const next = await keys<Key>('rotate', made.id, '--overlap', '0');
  await keys('revoke', next.id, '--tenant', tenant!.id);
  for (const { api_key: key } of [made, next])
    expect((await lethe(['model', 'list', '--api-key', key])).exitCode).not.toBe(0);
  const shown = await lethe(['tenant', 'keys', 'create', 'shown']);
  expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringMatching(/^lk-\S{43}$/)]);
  const odd = await lethe(['tenant', 'keys', 'create', 'odd', '--expires-in', 'soon']);
  expect([odd.exitCode, odd.stderr]).toEqual([2, expect.stringContaining('such as 30s')]);
}, 60_000);

test('shows what a tenant has used, and its quotas, which the operator changes', async () => {
  const [tenant] = await json<{ id: string }[]>(['tenant', 'list']);
  const quotas = (...args: string[]) =>
    json<{ quotas: object; own_quotas: object }>(['tenant', 'quotas', tenant!.id, ...args]);
  expect((await quotas()).own_quotas).toEqual({});
  const changed = await quotas('--set', 'running_jobs=7', '--set', 'models=9');
  expect(changed.quotas).toMatchObject({ running_jobs: 7, models: 9, waiting_jobs: 1000 });
  expect((await quotas('--set', 'models=null')).own_quotas).toEqual({ running_jobs: 7 });
  const odd = await lethe(['tenant', 'quotas', tenant!.id, '--set', 'modles=9']);
  expect([odd.exitCode, odd.stderr]).toEqual([2, expect.stringContaining('modles')]);

  const used = { requests: expect.any(Number), now: { models: 1 }, quotas: { running_jobs: 7 } };
  expect(await json(['tenant', 'usage', '--by', 'hour'])).toMatchObject(used);
  expect(await json(['tenant', 'usage', '--tenant', tenant!.id])).toMatchObject(used);
  const shown = await lethe(['tenant', 'usage', '--since', '2026-01-01']);
  expect(shown.stdout).toMatch(/running_jobs +│ 0 +│ 7/);
  const late = await lethe(['tenant', 'usage', '--since', 'soon']);
  expect([late.exitCode, late.stderr]).toEqual([2, expect.stringContaining('2026-01-31')]);
}, 60_000);

test('searches recipes, and trains none twice', async () => {
  const set = (name: 'forget' | 'retain') => [`--${name}`, join(env.home, `${name}.jsonl`)];
  const recipe = rows('ga.json', '{"objective":"ga","hyperparameters":{"batch_size":4}}');
  const rates = ['--vary', 'hyperparameters.learning_rate=0.0000001,0.001'];
  const limits = '--steps 1,2 --attacks first-three-words --max-tokens 24 --json';
  const command = [
    ...`search --model ${model} --reference lethe-tiny-retain`.split(' '),
    ...set('forget'),
    ...set('retain'),
    '--recipe',
    recipe,
    ...rates,
    ...limits.split(' '),
  ];
  const first = await lethe(command);
  expect(first).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('round 2: 1 candidates'),
  });
  const { rounds, winner, before } = JSON.parse(first.stdout);
  expect(before['unlearning krr'].value).toBe(1);
  // A step of next to nothing forgets nothing; of equals, the first goes on.
  const [none, one] = rounds[0].tried;
  const chosen = one.score > 0 ? one : none;
  expect([none.score, chosen.goes_on]).toEqual([0, true]);
  expect(rounds.map(({ tried }: { tried: unknown[] }) => tried.length)).toEqual([2, 1]);
  expect(winner).toMatchObject({ name: chosen.name, fields: chosen.fields, goes_on: true });
  expect(winner.job).not.toBe(chosen.job);
  const again = JSON.parse((await lethe(command)).stdout);
  expect(again.rounds[0].tried).toEqual(rounds[0].tried);
  expect(again.winner).toEqual(winner);
}, 150_000);

test('takes everything down and leaves no process', async () => {
  expect((await lethe(['down'])).stdout).toBe('Lethe is down');
  expect(state.processes.filter(({ pid, mark }) => isRunning(pid!, mark))).toEqual([]);
  expect(readState(layout(env.home).state)).toBeNull();
  for (const name of ['gateway', 'training', 'augmentation', 'evaluation', 'inference'])
    expect(readFileSync(join(layout(env.home).logs, `${name}.log`), 'utf8')).not.toContain(
      'killed',
    );
}, 60_000);
