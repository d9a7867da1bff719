import { once } from 'node:events';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  cutsOff,
  fails,
  hangs,
  resets,
  says,
  sendsRaw,
  stalls,
  useEndpoint,
  type Answer,
} from '#testing/scripted-endpoint.js';
import { ChatClient } from './chat-client.js';
import type { ChatOptions } from './chat-options.js';
import { EndpointError } from './endpoint.error.js';

const fine = says('["Hexbury"]');
const endpoint = useEndpoint(fine);
const KEY = 'sk-do-not-tell';
const SECRET = 'Ada Quill lives in Hexbury';
const question = { system: 'List the places.', user: SECRET, temperature: 0 };
const page = `<html><h1>Bad gateway</h1>${SECRET}</html>`;

const client = (change: Partial<ChatOptions> = {}): ChatClient =>
  new ChatClient({
    settings: 'TEACHER',
    url: endpoint.url,
    apiKey: KEY,
    model: 'm',
    concurrency: 4,
    timeoutMs: 5000,
    retries: 3,
    backoffMs: 1,
    ...change,
  });
const ask = (change: Partial<ChatOptions> = {}, signal?: AbortSignal): Promise<string[]> =>
  client(change).ask(question, z.array(z.string()), signal);
async function failureOf(change: Partial<ChatOptions> = {}): Promise<EndpointError> {
  const error: unknown = await ask(change).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(EndpointError);
  return error as EndpointError;
}

test('asks by the protocol and returns the JSON of the reply', async () => {
  expect(await ask()).toEqual(['Hexbury']);
  expect(endpoint.requests).toMatchObject([
    {
      headers: { authorization: `Bearer ${KEY}` },
      model: 'm',
      temperature: 0,
      messages: [
        { role: 'system', content: 'List the places.' },
        { role: 'user', content: SECRET },
      ],
    },
  ]);
});

test.each<[string, Answer[]]>([
  ['two server errors', [fails(500), fails(500)]],
  ['statuses that pass', [fails(408), fails(409), fails(425)]],
  ["a proxy's error page", [sendsRaw(page, 502, 'text/html')]],
  ["a proxy's page with a good status", [sendsRaw(page, 200, 'text/html')]],
  ['a page that says it is JSON', [sendsRaw(page)]],
  ['a lost connection', [resets]],
  ['a body that breaks off', [cutsOff]],
  ['a body that ends too early', [sendsRaw('{"choices": [{"message"')]],
  ['an empty body', [sendsRaw('')]],
  ['no choices', [sendsRaw('{"choices": []}')]],
  ['a reply that is no JSON', [says('The place is Hexbury.')]],
  ['JSON of another form', [says('{"places": 1}')]],
  ['a reply cut at the limit of the model', [says('["Hexbury"], ["H', 'length')]],
])('asks again after %s', async (_, trouble) => {
  endpoint.script = [...trouble, fine];
  expect(await ask()).toEqual(['Hexbury']);
  expect(endpoint.requests).toHaveLength(trouble.length + 1);
});

test.each([
  ['hangs', hangs],
  ['stalls in the middle of its body', stalls],
])('asks again where a connection %s', async (_, trouble) => {
  endpoint.script = [trouble, fine];
  expect(await ask({ timeoutMs: 300 })).toEqual(['Hexbury']);
  expect(endpoint.requests).toHaveLength(2);
});

test.each([
  ['in seconds', () => '1', 950],
  // A date has no fractions: two seconds from now are more than one.
  ['as a date', () => new Date(Date.now() + 2000).toUTCString(), 950],
])('waits as long as a 429 says %s', async (_, retryAfter, atLeast) => {
  endpoint.script = [fails(429, { 'retry-after': retryAfter() }), fine];
  const started = performance.now();
  expect(await ask()).toEqual(['Hexbury']);
  expect(performance.now() - started).toBeGreaterThan(atLeast);
});

test.each([
  [400, 'check TEACHER_URL and TEACHER_MODEL'],
  [401, 'check TEACHER_KEY'],
  [403, 'check TEACHER_KEY'],
  [404, 'check TEACHER_URL and TEACHER_MODEL'],
  [422, 'check TEACHER_URL and TEACHER_MODEL'],
])('does not insist after a %i, and names the settings', async (status, advice) => {
  endpoint.script = [fails(status)];
  expect(await failureOf()).toMatchObject({
    permanent: true,
    message: `the endpoint at TEACHER_URL answers with status ${status}: ${advice}`,
    detail: { problem: 'refused', status, requests: 1 },
  });
});

test('gives up for now after its retries', async () => {
  endpoint.script = [fails(503)];
  expect(await failureOf()).toMatchObject({
    permanent: false,
    message: 'the endpoint at TEACHER_URL answers with status 503',
    detail: { problem: 'unavailable', status: 503, requests: 4 },
  });
});

test('says that nobody listens', async () => {
  const url = 'http://127.0.0.1:9/v1';
  expect(await failureOf({ url, retries: 0 })).toMatchObject({
    permanent: false,
    message: 'the endpoint at TEACHER_URL cannot be reached',
    detail: { problem: 'unreachable', requests: 1 },
  });
});

test('says that no answer came in time', async () => {
  endpoint.script = [hangs];
  expect(await failureOf({ timeoutMs: 100, retries: 0 })).toMatchObject({
    permanent: false,
    message: 'the endpoint at TEACHER_URL does not answer within TEACHER_TIMEOUT_MS',
  });
});

test('asks three times for a reply that it can use', async () => {
  endpoint.script = [says('I cannot do that.')];
  expect(await failureOf({ retries: 20 })).toMatchObject({
    permanent: false,
    detail: { problem: 'unusable', requests: 3 },
  });
  expect(endpoint.requests).toHaveLength(3);
});

test("what a provider's filter stops is no reply, and not the endpoint's fault", async () => {
  const filtered = JSON.stringify({ error: { code: 'content_filter', message: SECRET } });
  endpoint.script = [sendsRaw(filtered, 400)];
  await expect(ask()).rejects.toMatchObject({ detail: { problem: 'unusable' } });
});

test.each<[string, Answer, Partial<ChatOptions>?]>([
  ['a refusal', fails(400, {}, `cannot read "${SECRET}" with ${KEY}`)],
  ['an error page', sendsRaw(page, 502, 'text/html')],
  ['a reply that is no JSON', says(`["${SECRET}, born`)],
  ['JSON of another form', says(`{"${SECRET}": "${KEY}"}`)],
  ['a body that is no JSON', sendsRaw(page)],
  ['a key that no header can carry', fine, { apiKey: `${KEY}\n${SECRET}` }],
  ['a URL with a password', fine, { url: `http://user:${KEY}@127.0.0.1/${encodeURI(SECRET)}` }],
])(
  'quotes nothing after %s, in what the queue and the log take of it',
  async (_, answer, change) => {
    endpoint.script = [answer];
    const error = await failureOf({ retries: 1, ...change });
    const told = [
      error.publicMessage,
      error.stack,
      JSON.stringify(pino.stdSerializers.errWithCause(error)),
    ];
    expect(told.join()).not.toMatch(/Quill|Hexbury|sk-do-not-tell|List the places/);
  },
);

test('stops a request at once with the reason of the signal, and hangs up', async () => {
  const abort = new AbortController();
  const reason = new Error('cancelled');
  let hungUp: Promise<unknown> | undefined;
  endpoint.script = [
    (response) => {
      hungUp = once(response, 'close');
      abort.abort(reason);
    },
  ];
  await expect(ask({ timeoutMs: 600_000 }, abort.signal)).rejects.toBe(reason);
  await hungUp;
  expect(endpoint.requests).toHaveLength(1);
});

test('stops waiting at once, and asks no more', async () => {
  const abort = new AbortController();
  const waiting = client({ backoffMs: 60_000, concurrency: 1 });
  endpoint.script = [
    (response, request) => {
      // The socket closes once the client has read all and hung up: it waits for its backoff by then.
      response.socket!.once('close', () => setImmediate(() => abort.abort(new Error('cancelled'))));
      fails(503, { connection: 'close' })(response, request);
    },
    fine,
  ];
  const asked = () => waiting.ask(question, z.array(z.string()), abort.signal);
  const started = performance.now();
  const [first, queued] = await Promise.allSettled([asked(), asked()]);
  expect(first).toMatchObject({ status: 'rejected', reason: { message: 'cancelled' } });
  expect(queued).toMatchObject({ status: 'rejected', reason: { message: 'cancelled' } });
  // The turn is free for another job.
  expect(await waiting.ask(question, z.array(z.string()))).toEqual(['Hexbury']);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(endpoint.requests).toHaveLength(2);
});

test('does not wait for its turn once aborted', async () => {
  const abort = new AbortController();
  const busy = client({ concurrency: 1 });
  const list = z.array(z.string());
  const other = new AbortController();
  endpoint.script = [() => abort.abort(new Error('cancelled')), fine];
  const first = busy.ask(question, list, other.signal);
  await expect(busy.ask(question, list, abort.signal)).rejects.toThrow('cancelled');
  other.abort(new Error('over'));
  await expect(first).rejects.toThrow('over');
});

test('sends nothing and logs nothing that the environment says for another account', async () => {
  const theirs = 'theirs-alone';
  vi.stubEnv('OPENAI_API_KEY', theirs);
  vi.stubEnv('OPENAI_ADMIN_KEY', theirs);
  vi.stubEnv('OPENAI_ORG_ID', theirs);
  vi.stubEnv('OPENAI_PROJECT_ID', theirs);
  vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
  vi.stubEnv(
    'OPENAI_CUSTOM_HEADERS',
    `Authorization: Bearer ${theirs}\nOpenAI-Organization: ${theirs}`,
  );
  vi.stubEnv('OPENAI_LOG', 'debug');
  const debug = vi.spyOn(console, 'debug');
  try {
    expect(await ask()).toEqual(['Hexbury']);
    expect(debug).not.toHaveBeenCalled();
  } finally {
    vi.unstubAllEnvs();
    debug.mockRestore();
  }
  expect(endpoint.requests[0]!.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(JSON.stringify(endpoint.requests[0]!.headers)).not.toContain(theirs);
});

test('keeps within its concurrency', async () => {
  const held: (() => void)[] = [];
  const twoAsked = new Promise<void>((resolve) => {
    endpoint.script = [
      (response, request) => {
        if (request.model === 'other') return fine(response, request);
        held.push(() => fine(response, request));
        if (held.length === 2) resolve();
      },
    ];
  });
  const limited = client({ concurrency: 2 });
  const list = z.array(z.string());
  const answers = Array.from({ length: 6 }, () => limited.ask(question, list));
  await twoAsked;
  // Begun after the six: a third of them would have come before.
  await ask({ model: 'other' });
  expect(held).toHaveLength(2);
  endpoint.script = [fine];
  for (const answer of held) answer();
  expect(await Promise.all(answers)).toHaveLength(6);
});
