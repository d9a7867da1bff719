// Checks the Redis that `lethe up` runs: closed to others, and whole after a SIGKILL.

import { Redis } from 'ioredis';
import { mkdtempSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { canStartRedis } from '#testing/redis.js';
import { clientEnv } from './env.js';
import { freePorts } from './free-port.js';
import { layout } from './layout.js';
import { ManagedProcess } from './managed-process.js';
import { ownRedis } from './redis.js';

const newLayout = () => layout(mkdtempSync(join(tmpdir(), 'lethe-redis-')));
/** @returns the answer to one command on a connection of its own. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').end(`${command}\r\nQUIT\r\n`);
  return text(socket);
}

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
    await redis.multi().set('kept', 'yes').set('also', 'kept').exec();
    const back = new Promise<void>((resolve) => {
      changed = () => child.state.restarts === 1 && child.state.status === 'ready' && resolve();
    });
    process.kill(child.state.pid!, 'SIGKILL');
    await back;
    expect(await redis.mget('kept', 'also')).toEqual(['yes', 'kept']);
    expect(await redis.info('memory')).toContain('maxmemory_policy:noeviction');
    await expect(redis.config('SET', 'dir', '/')).rejects.toThrow('NOPERM');
    await expect(redis.flushall()).rejects.toThrow('NOPERM');
    await expect(ask(port, 'GET kept')).resolves.toContain('NOAUTH');
    await expect(ask(port, 'AUTH default ""')).resolves.toContain('WRONGPASS');
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
