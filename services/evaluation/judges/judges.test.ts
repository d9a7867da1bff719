import { describe, expect, it } from 'vitest';
import { loadEnv } from '#platform/config/load-env.js';
import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { envSchema } from '../env.js';
import { Judges } from './judges.js';

describe('Judges', () => {
  it('has the lexical judge always, and says what the others lack', () => {
    const judges = new Judges(loadEnv(envSchema, { JUDGE_NLI_DIR: '/models/nli' }));
    const { signal } = new AbortController();
    expect(judges.get('lexical', signal).name).toBe('lexical');
    expect(() => judges.get('nli', signal)).toThrow('JUDGE_EMBEDDER_DIR');
    expect(() => judges.get('llm', signal)).toThrow('JUDGE_LLM_URL');
    expect(() => judges.get('llm', signal)).toThrow(MissingSettingError);
  });
});
