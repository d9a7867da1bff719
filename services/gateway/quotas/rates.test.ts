import { Redis } from 'ioredis';
import OpenAI, { RateLimitError } from 'openai';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { required } from '#collections/required.js';
import { hasPostgres } from '#testing/postgres.js';
import type { TestTenant } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { chat, type ClientError, useTwoGateways } from '../testing/two-gateways.js';

describe.skipIf(!hasPostgres)('requests and tokens per minute', () => {
  const given = useTwoGateways();

  const headersOf = ({ headers }: Response, what: 'requests' | 'tokens') =>
    ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}-${what}`));
  const post = (key: string, path: string, body: unknown): Promise<Response> =>
    fetch(`${given.second.url}/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  /** What the tenant's tokens are counted to be, asked by a call that is refused. */
  const tokensLeft = async ({ key }: TestTenant): Promise<number> =>
    Number(headersOf(await post(key, '/completions', {}), 'tokens')[1]);
  /** Ends the tenant's minute soon. */
  async function shorten({ id }: TestTenant, what: string, ms: number): Promise<void> {
    const environment = given.gateway.environment();
    const redis = new Redis(required(environment, 'REDIS_URL'));
    onTestFinished(() => redis.disconnect());
    const key = `${required(environment, 'QUEUE_PREFIX')}:rate:${what}:${id}`;
    expect(await redis.pexpire(key, ms)).toBe(1);
  }
  /** A client as it comes, and how often it has sent. */
  function patient(key: string): { client: OpenAI; sent: () => number } {
    let sent = 0;
    const client = new OpenAI({
      apiKey: key,
      baseURL: `${given.gateway.url}/v1`,
      fetch(url, init) {
        sent += 1;
        return fetch(url, init);
      },
    });
    return { client, sent: () => sent };
  }

  test('of requests exactly as many get through as may, and others get theirs', async () => {
    const { key } = await given.tenant('requests', { requests_per_minute: 20 });
    const untouched = await given.tenant('untouched');
    const found = await given.crowd(key, 50, (client) => client.files.list());
    expect(found).toEqual({ done: 20, refused: 30 });
    const refused = await post(key, '/chat/completions', {});
    expect(refused.status).toBe(429);
    expect(headersOf(refused, 'requests')).toEqual([
      '20',
      '0',
      expect.stringMatching(/^\d+\.\d{3}s$/),
    ]);
    expect(headersOf(refused, 'tokens')[0]).toBe('10000000');
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({
      error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', param: null },
    });
    expect((await untouched.client.files.list()).data).toEqual([]);
  });

  test('every answer tells what is left, of tokens too where they are spent', async () => {
    const { key } = await given.tenant('told', { requests_per_minute: 50 });
    const get = (path: string, secret = key): Promise<Response> =>
      fetch(`${given.second.url}/v1${path}`, { headers: { authorization: `Bearer ${secret}` } });
    const messages = [{ role: 'user', content: 'hello' }];
    const spending = [
      await post(key, '/chat/completions', { model: baseModel, messages }),
      await post(key, '/chat/completions', { model: baseModel, messages, stream: true }),
      await post(key, '/chat/completions', { model: 'none', messages }),
      await post(key, '/chat/completions', { odd: true }),
      await post(key, '/completions', { model: baseModel, prompt: 'hello' }),
    ];
    expect(spending.map(({ status }) => status)).toEqual([200, 200, 404, 400, 200]);
    for (const response of spending) {
      expect(headersOf(response, 'tokens')[0]).toBe('10000000');
      expect(headersOf(response, 'requests')[0]).toBe('50');
      await response.text();
    }
    const others = [await get('/files'), await get('/files/none'), await get('/usage')];
    expect(others.map((response) => headersOf(response, 'requests')[1])).toEqual([
      '44',
      '43',
      '42',
    ]);
    expect(headersOf(others[0]!, 'tokens')).toEqual([null, null, null]);
    expect(headersOf(await get('/files', 'wrong'), 'requests')).toEqual([null, null, null]);
  });

  test("OpenAI's client raises RateLimitError, or waits as long as it is told", async () => {
    const made = await given.tenant('patient', { requests_per_minute: 1 });
    await made.client.files.list();
    await expect(made.client.files.list()).rejects.toBeInstanceOf(RateLimitError);
    await shorten(made, 'requests', 1_500);
    const { client, sent } = patient(made.key);
    const began = performance.now();
    await client.files.list();
    expect(sent()).toBe(2);
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  test('tokens are counted by what calls have used, streamed or not', async () => {
    const made = await given.tenant('tokens', { tokens_per_minute: 1_000 });
    const [first, second] = given.clients(made.key);
    await chat(first, 'one two', { max_tokens: 3 });
    expect(await tokensLeft(made)).toBe(995);
    for await (const _ of await chat(second, 'a b c', { stream: true, max_tokens: 20 }).then(
      (stream) => stream as never as AsyncIterable<unknown>,
    ));
    // Three of the prompt, four of the answer: "base" and the words.
    expect(await tokensLeft(made)).toBe(988);
    await expect(chat(first, 'much', { max_tokens: 988 })).rejects.toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
    });
    expect(await tokensLeft(made)).toBe(988);
    await chat(first, 'last', { max_tokens: 987 });
  });

  test('a call that fails costs no tokens, one that is hung up what it has had', async () => {
    const made = await given.tenant('failing', { tokens_per_minute: 10_000 });
    const long = Array.from({ length: 100 }, () => 'word').join(' ');
    await expect(chat(made.client, long, { max_tokens: 5 })).rejects.toMatchObject({ status: 400 });
    await expect(chat(made.client, 'x', { model: 'none' })).rejects.toMatchObject({ status: 404 });
    expect(await tokensLeft(made)).toBe(10_000);
    const stream = (await chat(made.client, 'endless', {
      stream: true,
      max_tokens: 100,
    })) as never as AsyncIterable<unknown>;
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 20) break;
    await vi.waitFor(async () => {
      const left = await tokensLeft(made);
      expect(left).toBeLessThanOrEqual(10_000 - 20);
      expect(left).not.toBe(10_000 - 102);
    });
  });

  test('a call larger than the quota has a minute to itself', async () => {
    const made = await given.tenant('large', { tokens_per_minute: 10 });
    await chat(made.client, 'x', { max_tokens: 100 });
    const refused = await chat(made.client, 'x', { max_tokens: 100 }).catch((e: ClientError) => e);
    expect(refused).toMatchObject({ status: 429 });
    await chat(made.client, 'x', { max_tokens: 1 });
    await given.gateway.admin('PATCH', `/${made.id}`, { quotas: { tokens_per_minute: 0 } });
    await expect(chat(made.client, 'x', { max_tokens: 1 })).rejects.toMatchObject({ status: 429 });
  });
});
