// Checks the Redis that `lethe up` runs: closed to others, and whole after a SIGKILL.

import { Redis } from 'ioredis';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canStartRedis } from '#testing/redis.js';
import { clientEnv } from './env.js';
import { freePorts } from './free-port.js';
import { layout } from './layout.js';
import { ManagedProcess } from './managed-process.js';
import { ownRedis } from './redis.js';

const newLayout = () => layout(mkdtempSync(join(tmpdir(), 'lethe-redis-')));
const { PATH = '' } = clientEnv().inherited;

test.skipIf(!canStartRedis)(
  'keeps what it acknowledged through a SIGKILL, and knows who asks',
  async () => {
    const paths = newLayout();
    const { port } = await freePorts('port');
    const { urlOf, spec } = ownRedis(paths, port, PATH, 5000);
    let changed: (() => void) | undefined;
    const child = new ManagedProcess(spec, () => changed?.());
    child.start();
    await child.untilReady(Date.now() + 20_000);
    const redis = new Redis(urlOf('training')!);
    redis.on('error', () => {});
    await redis.set('kept', 'yes');
    const back = new Promise<void>((resolve) => {
      changed = () => child.state.restarts === 1 && child.state.status === 'ready' && resolve();
    });
    process.kill(child.state.pid!, 'SIGKILL');
    await back;
    expect(await redis.get('kept')).toBe('yes');
    expect(await redis.info('memory')).toContain('maxmemory_policy:noeviction');
    await expect(redis.config('SET', 'dir', '/')).rejects.toThrow('NOPERM');
    await expect(redis.flushall()).rejects.toThrow('NOPERM');
    const stranger = new Redis(port, '127.0.0.1', {
      enableReadyCheck: false,
      retryStrategy: () => null,
    });
    stranger.on('error', () => {});
    await expect(stranger.get('kept')).rejects.toThrow('NOAUTH');
    stranger.disconnect();
    expect(urlOf('inference')).toBeUndefined();
    redis.disconnect();
    await child.stop();
    expect(statSync(join(paths.redis, 'redis.conf')).mode & 0o777).toBe(0o600);
  },
);

test('says what to install where there is no redis-server', () => {
  expect(() => ownRedis(newLayout(), 1, '/nowhere', 100)).toThrow(
    'redis-server is not on the PATH: install it (Debian: apt-get install redis-server) or set REDIS_URL to a running Redis',
  );
});
