// Traces over all services, each a process of its own, as a collector gets them.

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import { pathOf, type ReceivedSpan, useTraceReceiver } from '#testing/trace-receiver.js';
import { testEnvironment, TestPlatform } from './testing/platform.js';
import { model, shortJob } from './testing/short-job.js';

const receiver = useTraceReceiver();
let platform: TestPlatform;
let client: LetheClient;

beforeAll(async () => {
  const { inherited, ...env } = await testEnvironment();
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
  };
  platform = new TestPlatform({ ...env, inherited: { ...inherited, ...telemetry } });
  await platform.start();
  client = await platform.tenant('acme');
}, 150_000);
afterAll(async () => {
  await platform.stop();
  rmSync(platform.env.home, { recursive: true, force: true });
}, 150_000);

const patience = { timeout: 20_000, interval: 100 };

/** The paths of a trace, each once, when all that are wanted have come: each process sends its own. */
async function paths(traceId: string, wanted: readonly string[]): Promise<string[]> {
  const found = (): string[] => {
    const spans = receiver.of(traceId);
    return [...new Set(spans.map((span) => pathOf(span, spans)))].toSorted();
  };
  await expect.poll(found, patience).toEqual(expect.arrayContaining([...wanted]));
  return found();
}

const spanNamed = (traceId: string, name: string): ReceivedSpan =>
  receiver.of(traceId).find((span) => span.name === name)!;

const RPC = 'lethe.inference.v1.Inference';
const given = (traceId: string) => ({
  headers: { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` },
});

test('a chat request is one trace, from the gateway to the engine, below its caller', async () => {
  const traceId = '1'.repeat(32);
  const asked = { model, messages: [{ role: 'user' as const, content: 'secret-words' }] };
  const request = client.openai.chat.completions.create(
    { ...asked, max_tokens: 4 },
    given(traceId),
  );
  const { data, request_id: requestId } = await request.withResponse();
  expect(requestId).toBe(traceId);
  const post = 'gateway POST /v1/chat/completions';
  const call = `${post} > gateway ${RPC}/Generate > inference ${RPC}/Generate`;
  const found = await paths(traceId, [
    post,
    call,
    `${call} > inference admission`,
    `${call} > inference prefill`,
    `${call} > inference decode`,
  ]);
  expect(found.filter((path) => !path.startsWith(post))).toEqual([]);
  const root = spanNamed(traceId, 'POST /v1/chat/completions');
  expect(root).toMatchObject({ parentId: 'b'.repeat(16), failed: false });
  expect(root.attributes).toMatchObject({
    'http.response.status_code': 200,
    'lethe.tenant.id': expect.stringMatching(/./),
  });
  expect(spanNamed(traceId, 'prefill').attributes).toMatchObject({
    'gen_ai.usage.input_tokens': data.usage!.prompt_tokens,
  });
  expect(spanNamed(traceId, 'decode').attributes).toMatchObject({
    'gen_ai.usage.output_tokens': data.usage!.completion_tokens,
  });
  expect(receiver.bytes.includes('secret-words')).toBe(false);
}, 60_000);

test('a caller who keeps no trace has none kept, nor has one who asks for health', async () => {
  const traceId = '2'.repeat(32);
  const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-00` };
  await client.openai.models.list({ headers });
  const probing = '6'.repeat(32);
  const health = await fetch(new URL('/health', client.openai.baseURL), given(probing));
  expect(health.status).toBe(200);
  const kept = '3'.repeat(32);
  await client.openai.models.list(given(kept));
  await paths(kept, ['gateway GET /v1/models']);
  expect([receiver.of(traceId), receiver.of(probing)]).toEqual([[], []]);
});

test('a job is one trace, from its request to its end, over all services', async () => {
  const traceId = '4'.repeat(32);
  const body = await shortJob(client, 8, { audit: 'none' });
  const reply = await fetch(`${client.openai.baseURL}/fine_tuning/jobs`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${client.openai.apiKey}`,
      'content-type': 'application/json',
      ...given(traceId).headers,
    },
    body: JSON.stringify(body),
  });
  const { id } = (await reply.json()) as { id: string };
  expect((await follow(client, id)).status).toBe('succeeded');
  const post = 'gateway POST /v1/fine_tuning/jobs';
  const asks = `${post} > evaluation process evaluate > evaluation process evaluate-shard`;
  const found = await paths(traceId, [
    `${post} > augmentation wait augment`,
    `${post} > augmentation process augment`,
    `${post} > training process train`,
    `${post} > training process train > training artifact write`,
    `${post} > evaluation process evaluate`,
    `${post} > evaluation process evaluate > evaluation wait evaluate-shard`,
    asks,
    `${asks} > evaluation ${RPC}/Generate > inference ${RPC}/Generate > inference decode`,
    `${post} > gateway process publish`,
    `${post} > gateway job unlearn`,
  ]);
  expect(found.filter((path) => !path.startsWith(post))).toEqual([]);
  expect(spanNamed(traceId, 'process train')).toMatchObject({
    events: ['steps', 'steps', 'steps', 'steps'],
    attributes: { 'lethe.job.id': id, 'lethe.attempt': 1, 'lethe.outcome': 'done' },
  });
  const job = spanNamed(traceId, 'job unlearn');
  expect(job.attributes['lethe.job.status']).toBe('succeeded');
  for (const { name, ms } of receiver.of(traceId).filter(({ name: of }) => of.startsWith('wait ')))
    expect(ms, name).toBeLessThan(job.ms);
}, 200_000);

test('a collector that is away disturbs no work, and is told of once', async () => {
  receiver.status = 503;
  await client.openai.models.list();
  await expect
    .poll(() => platform.log('gateway'), { timeout: 30_000 })
    .toContain('traces cannot be sent');
  await client.openai.models.list();
  receiver.status = 200;
  await client.openai.models.list();
  await expect
    .poll(() => platform.log('gateway'), { timeout: 30_000 })
    .toContain('traces can be sent again');
}, 70_000);
