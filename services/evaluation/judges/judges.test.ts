import { describe, expect, it } from 'vitest';
import { loadEnv } from '#platform/config/load-env.js';
import { isPermanent } from '#platform/errors/permanent.error.js';
import { envSchema } from '../env.js';
import { Judges } from './judges.js';

describe('Judges', () => {
  it('has the lexical judge always, and says what the others lack', () => {
    const judges = new Judges(loadEnv(envSchema, { JUDGE_NLI_DIR: '/models/nli' }));
    expect(judges.get('lexical').name).toBe('lexical');
    expect(() => judges.get('nli')).toThrow('JUDGE_EMBEDDER_DIR');
    expect(() => judges.get('llm')).toThrow('JUDGE_LLM_URL');
    try {
      judges.get('llm');
    } catch (error) {
      expect(isPermanent(error)).toBe(true);
    }
  });
});
