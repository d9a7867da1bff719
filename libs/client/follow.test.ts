// Checks that following a job outlives a gateway that goes away, and that an error that will not
// pass ends it.

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { follow } from './follow.js';
import { LetheClient } from './lethe-client.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener, port = 0): Promise<number> {
  server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const answer =
  (status: number, body: object): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
const client = (port: number) =>
  new LetheClient({ url: `http://127.0.0.1:${port}`, apiKey: 'k', maxRetries: 0 });

test('reports each look and returns the job that is over, through an outage of the gateway', async () => {
  const statuses = ['running', 'running', 'gone', 'running', 'succeeded'];
  const port = await serve((request, response) => {
    const status = statuses.shift()!;
    if (status === 'gone') request.socket.destroy();
    else answer(200, { id: 'j', status, stages: [] })(request, response);
  });
  const seen: string[] = [];
  const job = await follow(client(port), 'j', {
    every: 5,
    onChange: ({ status }) => seen.push(status),
  });
  expect(job.status).toBe('succeeded');
  expect(seen).toEqual(['running', 'running', 'running', 'succeeded']);
});

test('waits out a 503 and gives up when patience ends', async () => {
  const port = await serve(
    answer(503, {
      error: { message: 'Redis is down', type: 'server_error', code: null, param: null },
    }),
  );
  await expect(follow(client(port), 'j', { every: 5, patience: 50 })).rejects.toThrow(
    'Redis is down',
  );
});

test('ends at once on an error that waiting does not mend', async () => {
  const port = await serve(
    answer(404, {
      error: { message: 'no such job', type: 'invalid_request_error', code: null, param: null },
    }),
  );
  await expect(follow(client(port), 'j', { every: 5 })).rejects.toThrow('no such job');
});
