import { describe, expect, test } from 'vitest';
import { loadEnv } from '#platform/config/load-env.js';
import { envSchema } from './env.js';

const needed = {
  GRPC_CA: 'ca.pem',
  GRPC_CERT: 'evaluation.pem',
  GRPC_KEY: 'evaluation.key',
  CLAIM_SIGNING_KEY: 'claims.key',
};

describe('env', () => {
  test('needs its certificates and keys alone', () => {
    expect(() => loadEnv(envSchema, {})).toThrow(
      [
        'GRPC_CA is not set: expected the path of a PEM file',
        'GRPC_CERT is not set: expected the path of a PEM file',
        'GRPC_KEY is not set: expected the path of a PEM file',
        'CLAIM_SIGNING_KEY is not set: expected the path of a PEM file',
      ].join('\n'),
    );
    expect(loadEnv(envSchema, needed)).toMatchObject({
      INFERENCE_URL: '127.0.0.1:50051',
      SHARD_CONCURRENCY: 8,
      JUDGE_LLM_CONCURRENCY: 8,
    });
  });

  test('names a variable that does not fit', () => {
    expect(() => loadEnv(envSchema, { SHARD_CONCURRENCY: '0' })).toThrow(/SHARD_CONCURRENCY/);
    expect(() => loadEnv(envSchema, { JUDGE_LLM_URL: 'nowhere' })).toThrow(/JUDGE_LLM_URL/);
  });

  test('takes a key that a header can carry, and does not show another', () => {
    expect(loadEnv(envSchema, { ...needed, JUDGE_LLM_KEY: 'sk-1\n' }).JUDGE_LLM_KEY).toBe('sk-1');
    expect(() => loadEnv(envSchema, { JUDGE_LLM_KEY: 'sk-1\nsk-2' })).toThrow(
      'JUDGE_LLM_KEY=(hidden): expected printable ASCII characters without spaces',
    );
  });
});
