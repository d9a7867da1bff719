// CPU time of a span, fewer at once than wait to be sent, without a collector and with one, in turns; and what loading the SDK costs.
// `npm run bench:tracing [spans] [rounds]`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { median } from '#metrics/statistics.js';
import { loadEnv } from '#platform/config/load-env.js';
import { platformEnvSchema } from '#platform/config/platform-env.js';
import { inSpan, makeSpansBy, SpanKind } from '#platform/telemetry/tracing/spans.js';
import { startTracing } from '#platform/telemetry/tracing/tracing.js';
import { silent } from '#testing/queue.js';

const [spans = '1500', rounds = '41'] = process.argv.slice(2);

/** In a process of its own: its work is not ours. */
const collector = spawn(process.execPath, [
  '--eval',
  `require('http').createServer((q, r) => q.resume().on('end', () => r.end()))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`,
]);
const [port] = (await once(createInterface({ input: collector.stdout }), 'line')) as [string];
const env = loadEnv(platformEnvSchema, {
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
});

const options = {
  kind: SpanKind.SERVER,
  attributes: { 'http.request.method': 'POST', 'http.route': '/v1/chat/completions' },
};

/** @returns microseconds of CPU per span: its context, two awaits, and sending it. */
async function measure(end: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < Number(spans); i += 1)
    await inSpan('request', options, async (span) =>
      span.set({ 'http.response.status_code': 200 }),
    );
  await end();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / Number(spans);
}

const memory = (): number => process.memoryUsage().rss / 2 ** 20;

const idle = memory();
const loading = process.cpuUsage();
await (await startTracing('bench', env, silent)).end(0);
const loaded = process.cpuUsage(loading);
const took = memory() - idle;

const [off, on]: [number[], number[]] = [[], []];
for (let round = 0; round < Number(rounds); round += 1) {
  makeSpansBy(undefined);
  off.push(await measure(async () => {}));
  const tracing = await startTracing('bench', env, silent);
  on.push(await measure(() => tracing.end(10_000)));
}
console.log(
  `loading the SDK: ${((loaded.user + loaded.system) / 1000).toFixed(0)} ms of CPU, ${took.toFixed(0)} MB`,
);
console.log(`a span without a collector: ${median(off).toFixed(2)} us of CPU`);
console.log(`a span with one: ${median(on).toFixed(2)} us of CPU`);
collector.kill();
