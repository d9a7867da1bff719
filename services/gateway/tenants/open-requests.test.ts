// Which open requests are cut off once a key is gone, and which are still answered.

import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '#platform/log/logger.js';
import { OpenRequests } from './open-requests.js';
import type { TenantsRepository } from './tenants.repository.js';

const valid = new Set<string>();
let looks = 0;
/** Happens once the database has answered, before the look goes on. */
let meanwhile = (): void => {};
const tenants = {
  validKeys: async (ids: string[]) => {
    const found = new Set(ids.filter((id) => valid.has(id)));
    meanwhile();
    looks++;
    return found;
  },
} as unknown as TenantsRepository;

let requests: OpenRequests;

beforeEach(() => {
  meanwhile = () => {};
  requests = new OpenRequests(tenants, createLogger({ service: 'test', level: 'silent' }));
});

afterEach(() => requests.onModuleDestroy());

function open(keyId: string): ServerResponse {
  const reply = new PassThrough() as unknown as ServerResponse;
  requests.add(keyId, reply);
  return reply;
}

/** Waits until so many looks more have begun. */
async function pass(count: number): Promise<void> {
  const end = looks + count;
  await vi.waitUntil(() => looks >= end, { timeout: 10_000, interval: 5 });
}

test('a request that revokes its own key has time to be answered, a stream ends', async () => {
  valid.add('key');
  const stream = open('key');
  requests.onApplicationBootstrap();
  await pass(1);
  valid.delete('key');
  await pass(1);
  expect(stream.destroyed).toBe(false);
  await pass(1);
  await expect.poll(() => stream.destroyed).toBe(true);
});

test('a request whose key is made during a look is left alone', async () => {
  const first = open('gone');
  const late: ServerResponse[] = [];
  meanwhile = () => {
    const key = `new ${looks}`;
    valid.add(key);
    late.push(open(key));
  };
  requests.onApplicationBootstrap();
  await pass(3);
  expect(first.destroyed).toBe(true);
  expect(late.length).toBeGreaterThan(2);
  expect(late.filter(({ destroyed }) => destroyed)).toEqual([]);
});
