import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { judges as judgeNames } from '#contracts/judges.js';
import { loadEnv } from '#platform/config/load-env.js';
import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { identities } from '#testing/identities.js';
import { envSchema } from '../env.js';
import { Reading } from '../reading/reading.js';
import { Judges } from './judges.js';

const { signal } = new AbortController();
const reading = new Reading();
afterAll(() => reading.onApplicationShutdown());
const folders = { JUDGE_NLI_DIR: '/models/nli', JUDGE_EMBEDDER_DIR: '/models/embedder' };
const endpoint = { JUDGE_LLM_URL: 'http://localhost:1/v1', JUDGE_LLM_MODEL: 'm' };
const judgesOf = (settings: Record<string, string>): Judges =>
  new Judges(loadEnv(envSchema, { ...identities.evaluation, ...settings }), reading);

test('the lexical judge is there always; the others say what they lack', () => {
  const judges = judgesOf({ JUDGE_NLI_DIR: folders.JUDGE_NLI_DIR });
  expect(judges.get('lexical', signal).name).toBe('lexical');
  expect(judges.offered).toEqual(['lexical']);
  expect(() => judges.get('nli', signal)).toThrow('JUDGE_EMBEDDER_DIR');
  expect(() => judges.get('embedding', signal)).toThrow('JUDGE_EMBEDDER_DIR');
  expect(() => judges.get('llm', signal)).toThrow('JUDGE_LLM_URL');
  expect(() => judges.get('llm', signal)).toThrow(MissingSettingError);
});

test('what stands behind a name changes with the model, where there is one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const weigh = async (weights: string) => {
    await mkdir(join(folder, 'onnx'), { recursive: true });
    await writeFile(join(folder, 'onnx/model.onnx'), weights);
  };
  const offered = async (settings: Record<string, string>): Promise<Map<string, unknown>> => {
    const { judge = [] } = await judgesOf(settings).offers();
    return new Map(
      judge.map((one) => (typeof one === 'string' ? [one, null] : [one.name, one.model])),
    );
  };
  const settings = { ...endpoint, JUDGE_EMBEDDER_DIR: folder, JUDGE_NLI_DIR: folder };
  await weigh('one');
  const one = await offered(settings);
  expect(one.get('lexical')).toBeNull();
  expect(await offered(settings)).toEqual(one);
  const changes = [
    [await offered({ ...settings, JUDGE_LLM_MODEL: 'other' }), ['llm']],
    [await weigh('two').then(() => offered(settings)), ['embedding', 'nli', 'llm']],
  ] as const;
  for (const [other, names] of changes)
    expect([...one.keys()].filter((name) => one.get(name) !== other.get(name))).toEqual(names);
  const nowhere = await offered({ JUDGE_EMBEDDER_DIR: join(folder, 'none') });
  expect([...nowhere]).toEqual([
    ['lexical', null],
    ['embedding', null],
  ]);
});

test('an embedder alone is a judge', () => {
  const judges = judgesOf({ JUDGE_EMBEDDER_DIR: folders.JUDGE_EMBEDDER_DIR });
  expect(judges.offered).toEqual(['lexical', 'embedding']);
});

test('each name opens the judge of that name, and local models once for all jobs', () => {
  const judges = judgesOf({ ...folders, ...endpoint });
  expect(judges.offered).toEqual(judgeNames);
  for (const name of judgeNames) expect(judges.get(name, signal).name).toBe(name);
  expect(judges.get('llm', signal)).not.toBe(judges.get('llm', signal));
});
