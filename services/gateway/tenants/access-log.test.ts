// The access log of a gateway that runs as a process: a line per request, and nothing of a client's
// in it.

import { execa } from 'execa';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identities } from '#testing/identities.js';
import { useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { adminKey } from '../testing/gateway.js';

const redis = useRedis();
const folder = useTempFolder();
const main = join(import.meta.dirname, '../main.js');

type Line = Readonly<Record<string, unknown>>;

const cutOff = [
  'POST /v1/completions HTTP/1.1',
  'host: x',
  'content-type: application/json',
  'content-length: 9',
  '',
  '{',
].join('\r\n');

/** Sends a request whose body never comes to an end. */
async function hangUp(url: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(cutOff, () => socket.destroy());
  await once(socket, 'close');
}

function startGateway() {
  const gateway = execa(process.execPath, [main], {
    env: {
      ...identities.gateway,
      REDIS_URL: redis.url,
      QUEUE_PREFIX: redis.prefix(),
      DATA_DIR: folder.path,
      ...testStoreEnv(folder.path),
      ADMIN_KEY: adminKey,
      PORT: '0',
    },
    stderr: 'inherit',
    reject: false,
  });
  onTestFinished(async () => {
    gateway.kill('SIGKILL');
    await gateway;
  });
  const lines = gateway.iterable();
  return {
    /** The next line of that message. */
    async line(msg: string): Promise<Line> {
      for (;;) {
        const { value } = await lines.next();
        expect(value).not.toMatch(/private/i);
        const line = JSON.parse(String(value)) as Line;
        if (line.msg === msg) return line;
      }
    },
  };
}

test('has a line for every request, also refused ones, without a word of the client', async () => {
  const gateway = startGateway();
  const url = String((await gateway.line('started')).url);
  const ask = async (path: string, key: string, body?: object): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${key}`,
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    const method = body ? 'POST' : 'GET';
    return (await fetch(url + path, { method, headers, body: JSON.stringify(body) })).json();
  };
  const acme = await ask('/admin/tenants', adminKey, { name: 'private' });
  const { id: tenantId, api_key: key } = acme as { id: string; api_key: string };
  const trace = { trace_id: 'a'.repeat(32) };
  expect(await gateway.line('request')).toMatchObject({ route: '/admin/tenants', status: 201 });
  for (const [path, of, expected] of [
    ['/v1/models?q=private', 'lk-private', { route: '/v1/models', status: 401, ...trace }],
    ['/admin/tenants', key, { route: '/admin/tenants', status: 401, ...trace }],
    ['/private/path', key, { status: 404, ...trace }],
    ['/%private', key, { status: 400 }],
    ['/v1/files/private', key, { route: '/v1/files/:id', status: 404, tenantId, ...trace }],
    ['/v1/files?after=', key, { route: '/v1/files', status: 400, tenantId, ...trace }],
    ['/v1/files?private=1', key, { route: '/v1/files', status: 200, tenantId, ...trace }],
  ] as const) {
    await ask(path, of);
    const { level, service, pid: _pid, time: _time, ms, ...line } = await gateway.line('request');
    expect({ level, service, ms }).toEqual({
      level: 'info',
      service: 'gateway',
      ms: expect.any(Number),
    });
    expect(line).toEqual({ msg: 'request', method: 'GET', ended: true, ...expected });
  }
  await hangUp(url);
  expect(await gateway.line('request')).toMatchObject({ route: '/v1/completions', ended: false });
});
