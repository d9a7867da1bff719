// Spans of a job and of the calls that it makes, as a collector gets them.

import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { gatewayClient } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import { openQueues, samplePayloads, silent } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { pathOf, type ReceivedSpan, useTraceReceiver } from '#testing/trace-receiver.js';
import { loadEnv } from '../config/load-env.js';
import { platformEnvSchema } from '../config/platform-env.js';
import { RpcError } from '../grpc/rpc-error.js';
import { currentContext } from '../log/context.js';
import { JobMetrics } from '../telemetry/job-metrics.js';
import { Metrics } from '../telemetry/metrics.js';
import { inSpan, makeSpansBy } from '../telemetry/tracing/spans.js';
import { writeTraceparent } from '../telemetry/tracing/traceparent.js';
import { startTracing, type Tracing } from '../telemetry/tracing/tracing.js';

const redis = useRedis();
const receiver = useTraceReceiver();
const { evaluate, publish, shard } = samplePayloads;
const RPC = 'lethe.inference.v1.Inference';
let tracing: Tracing;

beforeEach(async () => {
  receiver.spans.length = 0;
  const env = loadEnv(platformEnvSchema, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  tracing = await startTracing('test', env, silent);
});
afterEach(() => makeSpansBy(undefined));

/** What has been told, by path; each once. */
async function told(): Promise<{ spans: ReceivedSpan[]; paths: string[] }> {
  await tracing.end(10_000);
  const { spans } = receiver;
  return { spans, paths: [...new Set(spans.map((span) => pathOf(span, spans)))].toSorted() };
}

async function connect(): Promise<ReturnType<typeof gatewayClient>> {
  const server = await startIdleInference({
    // Two calls in three are refused by a server that ends.
    score: async (_, { tenant }) => {
      calls += 1;
      if (calls < 3) throw new RpcError(status.UNAVAILABLE, `secret of ${tenant}`);
      return { scores: [] };
    },
  });
  onTestFinished(() => server.drain(0));
  const client = gatewayClient(server.port);
  onTestFinished(() => client.close());
  return client;
}
let calls = 0;

test('a job is below its request, its children below its try, and each try of a call below them', async () => {
  const queues = openQueues(redis.url, redis.prefix());
  const client = await connect();
  const done = queues.event(['evaluate'], ({ event }) => event === 'completed');
  queues
    .workers({ metrics: new JobMetrics(new Metrics('test')) })
    .register('evaluate', {
      async handle({ jobId, traceId }, context) {
        await context.fanOut('evaluate-shard', [{ ...shard(jobId), traceId }]);
      },
    })
    .register('evaluate-shard', {
      handle: async ({ tenantId }) => void (await client.score(tenantId, {})),
    })
    .start();
  await inSpan('request', { parent: {} }, async () => {
    const traceId = writeTraceparent(currentContext());
    await queues.producer.add('evaluate', { ...evaluate(), traceId }, { id: 'e' });
  });
  await done;
  const { spans, paths } = await told();
  const asked = 'test request > test process evaluate';
  const call = `${asked} > test process evaluate-shard > test ${RPC}/Score`;
  expect(paths).toEqual(
    [
      'test request',
      'test request > test wait evaluate',
      asked,
      `${asked} > test wait evaluate-shard`,
      `${asked} > test process evaluate-shard`,
      call,
      `${call} > test ${RPC}/Score`,
    ].toSorted(),
  );
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const tries = spans.filter(({ name }) => name === 'process evaluate');
  expect(tries.map(({ attributes }) => attributes['lethe.outcome']).toSorted()).toEqual([
    'children',
    'done',
  ]);
  const sides = spans.filter(({ name }) => name === `${RPC}/Score`);
  expect(sides.map(({ attributes }) => attributes['rpc.response.status_code']).toSorted()).toEqual([
    'OK',
    'OK',
    ...Array.from({ length: 4 }, () => 'UNAVAILABLE'),
  ]);
}, 30_000);

test('what failed is told by its type, not in its words', async () => {
  const queues = openQueues(redis.url, redis.prefix());
  const failed = queues.event(['publish'], ({ event }) => event === 'failed');
  queues
    .workers()
    .register('publish', {
      handle: () => Promise.reject(new Failure('secret words', { permanent: true, type: 'bad' })),
    })
    .start();
  // As release 0.1 has queued it.
  await queues.producer.add('publish', { ...publish(), traceId: '5'.repeat(32) });
  await failed;
  const { spans } = await told();
  expect(spans).toMatchObject([
    {
      name: 'process publish',
      traceId: '5'.repeat(32),
      failed: true,
      attributes: { 'error.type': 'bad', 'lethe.outcome': 'fail' },
    },
  ]);
  expect(receiver.bytes.includes('secret')).toBe(false);
});
