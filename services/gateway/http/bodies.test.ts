// Whose body is read, how much of it, and for how long.

import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { type TestTenant, useGateway } from '../testing/gateway.js';

const gateway = useGateway(() => ({
  BODY_MS: '1000',
  MAX_CONNECTIONS: '20',
  MAX_BODY_BYTES: String(8 * 2 ** 20),
}));
let acme: TestTenant;
beforeAll(async () => {
  acme = await gateway.tenant('acme');
});

async function post(path: string, key: string, body: string, isChunked = false): Promise<number> {
  const { hostname, port } = new URL(gateway.url);
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    ...(isChunked ? {} : { 'content-length': Buffer.byteLength(body) }),
  };
  const request = httpRequest({ hostname, port, method: 'POST', path, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode!;
}

const large = JSON.stringify({
  model: 'm',
  messages: [{ role: 'user', content: 'a'.repeat(8.5e6) }],
});
const paths = ['/v1/chat/completions', '/v1/fine_tuning/jobs'];

test.each(paths)('%s: the key is looked at before the body', async (path) => {
  expect(await post(path, 'lk-unknown', '{')).toBe(401);
  expect(await post(path, acme.key, '{')).toBe(400);
});

test('the operator’s, too', async () => {
  expect(await post('/admin/tenants', 'wrong', '{')).toBe(401);
});

test.each([true, false])('who sends too much sees why (chunked: %s)', async (isChunked) => {
  expect(await post('/v1/chat/completions', acme.key, large, isChunked)).toBe(413);
  expect(await post('/v1/chat/completions', 'lk-unknown', large, isChunked)).toBe(401);
});

test('more connections than are allowed are closed at once', async () => {
  const port = Number(new URL(gateway.url).port);
  const sockets = Array.from({ length: 30 }, () => connect(port, '127.0.0.1'));
  const closed = sockets.map((socket) => once(socket.on('error', () => {}).resume(), 'close'));
  await Promise.any(closed);
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
  await expect.poll(() => post('/v1/completions', 'lk-unknown', '{}').catch(() => 0)).toBe(401);
});

test('a body that does not come is not waited for', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.write(
    [
      'POST /v1/chat/completions HTTP/1.1',
      'host: x',
      `authorization: Bearer ${acme.key}`,
      'content-type: application/json',
      'content-length: 9',
      '',
      '{',
    ].join('\r\n'),
  );
  socket.resume();
  await once(socket, 'close');
});
