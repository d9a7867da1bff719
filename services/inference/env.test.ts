import { expect, test } from 'vitest';
import { loadEnv } from '#platform/config/load-env.js';
import { identities } from '#testing/identities.js';
import { envSchema } from './env.js';

const load = (variables: Record<string, string>) =>
  loadEnv(envSchema, { ...identities.inference, ...variables });

test('weights of few bits are for the CPU', () => {
  expect(() => load({ PRECISION: 'int4', DEVICE: 'cuda' })).toThrow(
    'PRECISION="int4": int8 and int4 need DEVICE=cpu',
  );
  expect(() => load({ PRECISION: 'int16' })).toThrow('PRECISION="int16"');
  expect(load({ PRECISION: 'int4' }).PRECISION).toBe('int4');
  expect(load({ DEVICE: 'cuda' }).PRECISION).toBe('float32');
});
