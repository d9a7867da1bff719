// OpenAI's Python client, beside the Node client of the other tests: where Python has it, the whole
// flow; everywhere, the requests that it made when they were recorded (`RECORD=1`).

import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { testEnv } from '#testing/env.js';
import { baseModel } from '../services/gateway/testing/inference.js';
import { useJobs } from '../services/gateway/testing/jobs.js';

const root = new URL('../../', import.meta.url);
const script = fileURLToPath(new URL('test/python/flow.py', root));
const recorded = fileURLToPath(new URL('test/python/requests.json', root));
const given = useJobs();

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
  readonly status: number;
  /** Names in the answer that later requests may hold. */
  readonly names: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly names: string[];
}

/** What this client says of itself and of its body; all else is the connection's or secret. */
const KEPT = /^(accept|content-type|user-agent|x-stainless-.*|idempotency-key)$/;

function namesIn(text: string): string[] {
  try {
    const { id, fine_tuned_model: model } = JSON.parse(text) as Record<string, unknown>;
    return [id, model].filter((name) => typeof name === 'string');
  } catch {
    return [];
  }
}

async function send(
  { method, path, headers }: Pick<Recorded, 'method' | 'path' | 'headers'>,
  body: Buffer,
): Promise<Answer & { headers: IncomingMessage['headers']; content: Buffer }> {
  const { hostname, port } = new URL(given.gateway.url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const all = {
      ...headers,
      authorization: `Bearer ${given.acme.key}`,
      'content-length': body.length,
    };
    const request = httpRequest({ hostname, port, method, path, headers: all }, resolve);
    request.on('error', reject).end(body);
  });
  const content = await buffer(response);
  const names = namesIn(content.toString());
  return { status: response.statusCode!, names, headers: response.headers, content };
}

/** Hands requests on to the gateway. @returns its address, and what passed. */
async function recorder(): Promise<{ url: string; requests: Recorded[] }> {
  const requests: Recorded[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '' } = incoming;
    const body = await buffer(incoming);
    const kept = Object.entries(incoming.headers).filter(([name]) => KEPT.test(name));
    const headers = Object.fromEntries(kept) as Record<string, string>;
    const answer = await send({ method, path, headers }, body);
    const { status, names } = answer;
    requests.push({ method, path, headers, body: body.toString('base64'), status, names });
    outgoing.writeHead(status, answer.headers).end(answer.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const python = ((): boolean => {
  try {
    execFileSync('python3', ['-c', 'import openai'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(
      'skipped: the flow of the Python client (python3 with the package openai is not here)',
    );
    return false;
  }
})();

test.skipIf(!python)('the Python client goes from upload to deletion', async () => {
  const { url, requests } = await recorder();
  const env = { PATH: testEnv.PATH, LETHE_API_KEY: given.acme.key };
  const run = promisify(execFile)('python3', [script, url, baseModel], { env });
  expect((await run).stdout).toBe('the flow ended\n');
  if (testEnv.RECORD) writeFileSync(recorded, `${JSON.stringify(polledOnce(requests), null, 1)}\n`);
});

/** Without what a poll asked again. */
const polledOnce = (requests: readonly Recorded[]): Recorded[] =>
  requests.filter(
    ({ method, path }, at) =>
      method !== 'GET' || path !== requests[at + 1]?.path || requests[at + 1]?.method !== 'GET',
  );

test('requests that the Python client has made are answered as they were', async () => {
  const renamed = new Map<string, string>();
  const now = (text: string): string =>
    [...renamed].reduce((all, [then, name]) => all.replaceAll(then, name), text);
  const requests = JSON.parse(readFileSync(recorded, 'utf8')) as Recorded[];
  for (const [at, one] of requests.entries()) {
    const body = Buffer.from(now(Buffer.from(one.body, 'base64').toString('latin1')), 'latin1');
    const answer = await send({ ...one, path: now(one.path) }, body);
    expect([one.method, one.path, answer.status]).toEqual([one.method, one.path, one.status]);
    one.names.forEach((name, index) => renamed.set(name, answer.names[index]!));
    const [job] = answer.names;
    // As the flow did, but for the job that it cancels.
    const waits = one.path.endsWith('/jobs') && !requests[at + 1]?.path.endsWith('/cancel');
    if (one.method === 'POST' && waits && job) await given.followed(job);
  }
});
