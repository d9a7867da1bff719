// Checks of the command's settings.

import { expect, test } from 'vitest';
import { clientEnv } from './env.js';
import { projectRoot } from './layout.js';

test('keeps its data in the project unless told otherwise, and takes an empty variable for none', () => {
  expect(clientEnv({}).home).toBe(`${projectRoot}.lethe`);
  expect(clientEnv({ LETHE_HOME: '/data', PORT: '', REDIS_URL: '' })).toMatchObject({
    home: '/data',
    port: undefined,
    redisUrl: undefined,
  });
  expect(clientEnv({ MODEL_DIRS: '/a:/b:' }).modelDirs).toEqual(['/a', '/b']);
});

test.each([
  { PORT: '70000' },
  { ADMIN_KEY: 'short' },
  { LETHE_URL: 'nowhere' },
  { SHUTDOWN_MS: 'soon' },
])('refuses %j by name', (variables) => {
  expect(() => clientEnv(variables)).toThrow(Object.keys(variables)[0]);
});
