// What BullMQ's and its driver's own errors say is there for whoever reads the log.

import { Queue, UnrecoverableError, Worker } from 'bullmq';
import { Redis, ReplyError } from 'ioredis';
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { useRedis } from '#testing/redis.js';
import { createLogger } from '../log/logger.js';
import { NestLogger } from '../log/nest-logger.js';

const redis = useRedis();

function capture() {
  const told: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      told.push((JSON.parse(String(chunk)) as { err: { message: string } }).err.message);
      done();
    },
  });
  return { told, log: createLogger({ service: 'test', level: 'debug', destination }) };
}

const errorOf = async (work: Promise<unknown>): Promise<Error> =>
  await work.then(
    () => Promise.reject(new Error('expected it to fail')),
    (error: Error) => error,
  );

test('errors of the queue and its connection are told in their own words', async () => {
  const connection = { url: redis.url };
  const queue = new Queue('x', { connection, prefix: redis.prefix() });
  const worker = new Worker('x', null, { connection, prefix: queue.opts.prefix! });
  const client = new Redis(redis.url);
  onTestFinished(async () => {
    await Promise.all([queue.close(), worker.close()]);
    client.disconnect();
  });
  await queue.add('x', {}, { jobId: 'j' });
  const job = await worker.getNextJob('mine');
  const lost = await errorOf(job!.moveToCompleted({}, 'another', false));
  const refused = await errorOf(client.call('nothing'));
  expect(refused).toBeInstanceOf(ReplyError);
  client.disconnect();
  const closed = await errorOf(client.get('a'));

  const { told, log } = capture();
  for (const err of [lost, Failure.of(lost), refused, closed]) log.error({ err }, 'x');
  new NestLogger(log).error(lost, 'Queue');
  expect(lost.message).toBe('Lock mismatch for job j. Cmd moveToFinished from active');
  expect(told).toEqual([lost.message, lost.message, refused.message, closed.message, lost.message]);
  expect(closed.message).toBe('Connection is closed.');

  const thrownHere = new UnrecoverableError('private');
  log.error({ err: thrownHere }, 'x');
  expect(told.at(-1)).not.toContain('private');
});
