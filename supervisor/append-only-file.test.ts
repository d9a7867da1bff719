// Redis starts again whatever a power cut has left at the end of its file.

import { Redis } from 'ioredis';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { cp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { canStartRedis } from '#testing/redis.js';
import { clientEnv } from './env.js';
import { freePorts } from './free-port.js';
import { layout, type Layout } from './layout.js';
import { ManagedProcess } from './managed-process.js';
import { PlatformError } from './platform-error.js';
import { ownRedis } from './redis.js';

const { PATH = '' } = clientEnv().inherited;
const newLayout = (): Layout => layout(mkdtempSync(join(tmpdir(), 'lethe-aof-')));

/** Runs the platform's Redis for the time of a call. */
async function withRedis<T>(paths: Layout, use: (redis: Redis) => Promise<T>): Promise<T> {
  const { port } = await freePorts('port');
  const { urlOf, spec } = ownRedis(paths, port, PATH, 5000);
  const child = new ManagedProcess(spec, () => {});
  child.start();
  try {
    await child.untilReady(Date.now() + 30_000);
    const redis = new Redis(urlOf('gateway')!);
    return await use(redis).finally(() => redis.disconnect());
  } finally {
    await child.stop();
  }
}

const files = ({ redis }: Layout) => join(redis, 'appendonlydir');
const last = (paths: Layout) => join(files(paths), 'appendonly.aof.1.incr.aof');
const manifest = (paths: Layout) => join(files(paths), 'appendonly.aof.manifest');

describe.skipIf(!canStartRedis)('what Redis has kept', () => {
  let whole: Layout;
  beforeAll(async () => {
    whole = newLayout();
    await withRedis(whole, async (redis) => {
      await redis.set('first', '1');
      await redis.multi().set('second', '2').set('third', '3').exec();
    });
  });

  /** A copy that a power cut has damaged. */
  async function damaged(damage: (paths: Layout) => unknown): Promise<Layout> {
    const paths = newLayout();
    await cp(whole.redis, paths.redis, { recursive: true });
    await damage(paths);
    onTestFinished(() => rm(paths.home, { recursive: true }));
    return paths;
  }
  const values = (paths: Layout) =>
    withRedis(paths, (redis) => redis.mget('first', 'second', 'third'));
  const cut = (bytes: number) => (paths: Layout) =>
    truncate(last(paths), statSync(last(paths)).size - bytes);
  const longer = (end: Buffer) => (paths: Layout) => appendFileSync(last(paths), end);

  const all = ['1', '2', '3'];
  test.each([
    ['cut in a transaction', cut(5), ['1', null, null]],
    ['ended by zeros', longer(Buffer.alloc(4096)), all],
    ['ended by noise', longer(Buffer.from('\u0007noise*3\r\n$3')), all],
    ['ended by half a command', longer(Buffer.from('*3\r\n$3\r\nSET\r\n$5\r\nfir')), all],
    ['emptied', (paths: Layout) => truncate(last(paths)), [null, null, null]],
  ])('is read where its file is %s', async (_, damage, expected) => {
    const paths = await damaged(damage);
    const before = readFileSync(last(paths));
    expect(await values(paths)).toEqual(expected);
    const copy = `${files(paths)}.damaged`;
    if (before.length > 0) {
      expect(readFileSync(join(copy, 'appendonly.aof.1.incr.aof'))).toEqual(before);
      expect(readFileSync(join(paths.logs, 'redis.log'), 'utf8')).toContain(`${copy} is as it was`);
    }
    // Whole again: the next start finds nothing.
    await rm(copy, { recursive: true, force: true });
    expect(await values(paths)).toEqual(expected);
    expect(existsSync(copy)).toBe(false);
  });

  test.each([
    ['list of files', (paths: Layout) => writeFile(manifest(paths), Buffer.alloc(88))],
    [
      'first part',
      (paths: Layout) => truncate(join(files(paths), 'appendonly.aof.1.base.rdb'), 10),
    ],
  ])('says what to do where its %s is damaged', async (_, damage) => {
    const paths = await damaged(damage);
    const start = () => ownRedis(paths, 1, PATH, 100);
    expect(start).toThrow(PlatformError);
    expect(start).toThrow(`the queues in ${files(paths)} are damaged beyond repair`);
    expect(start).toThrow('move the folder away and start again');
    await rm(files(paths), { recursive: true });
    expect(await values(paths)).toEqual([null, null, null]);
  });
});
