import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadEnv } from './load-env.js';
import { platformEnv } from './platform-env.js';
import { queueEnv } from './queue-env.js';

const schema = z.object({
  ...platformEnv,
  ...queueEnv,
  API_KEY: z.string().min(8, 'expected 8 characters or more'),
});
const load = (source: NodeJS.ProcessEnv) => loadEnv(schema, { API_KEY: 'long enough', ...source });

describe('loadEnv', () => {
  test('fills in defaults, turns numbers into numbers and freezes', () => {
    const env = load({ SHUTDOWN_MS: '500', MODEL_DIRS: 'a:b', LOG_LEVEL: '' });
    expect(env).toMatchObject({
      SHUTDOWN_MS: 500,
      MODEL_DIRS: ['a', 'b'],
      LOG_LEVEL: 'info',
      QUEUE_PREFIX: 'lethe',
    });
    expect(() => Object.assign(env, { HOST: 'x' })).toThrow(TypeError);
  });

  test.each([
    [{ SHUTDOWN_MS: 'soon' }, 'SHUTDOWN_MS="soon": expected a whole number from 100 to 3600000'],
    [{ HTTP_PORT: '70000' }, 'HTTP_PORT="70000": expected a whole number from 0 to 65535'],
    [{ REDIS_URL: 'localhost' }, 'REDIS_URL=(hidden): expected a URL like redis://host:6379'],
    [{ QUEUE_PREFIX: 'a:b' }, 'QUEUE_PREFIX="a:b": expected letters, digits, "_" or "-"'],
    [{ API_KEY: 'short' }, 'API_KEY=(hidden): expected 8 characters or more'],
    [{ API_KEY: undefined }, 'API_KEY is not set: '],
  ])('names variable, value and what was expected: %j', (source, message) => {
    expect(() => load(source)).toThrow(message);
  });
});
