// What is wrong in the database and the queues when every job has ended.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { required } from '#collections/required.js';
import { layout } from '#supervisor/layout.js';
import type { PostgresServer } from '#testing/postgres.js';
import type { TestPlatform } from '../testing/platform.js';
import { checkDatabase, checkQueues } from './records.js';

/** For what ends after its job, such as its queues' last words. */
const AFTERMATH_MS = 20_000;

/** @returns what is still found when the aftermath is over, or an error's words. */
export async function leftovers(
  platform: TestPlatform,
  postgres: PostgresServer,
): Promise<string[]> {
  const end = Date.now() + AFTERMATH_MS;
  for (;;) {
    const found = await look(platform, postgres).catch((error: unknown) => [String(error)]);
    if (found.length === 0 || Date.now() > end) return found;
    await sleep(1000);
  }
}

async function look(platform: TestPlatform, postgres: PostgresServer): Promise<string[]> {
  const { redis } = layout(platform.env.home);
  const password = readFileSync(join(redis, 'gateway.password'), 'utf8').trim();
  const url = `redis://gateway:${password}@127.0.0.1:${platform.process('redis').port}`;
  const prefix = required(platform.env.inherited as Record<string, string>, 'QUEUE_PREFIX');
  return [...(await checkDatabase(postgres.url)), ...(await checkQueues(url, prefix))];
}
