import { afterAll, expect, test } from 'vitest';
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
