import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { useTempFolder } from '#testing/temp-store.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { inferenceVariables, type RunningInference, startInference } from './testing/inference.js';

const folder = useTempFolder();
const HELLO = {
  model: { base: 'tiny' },
  prompt: { chat: { messages: [{ role: 'user', content: 'Hello' }] } },
  sampling: { maxTokens: 8 },
};

async function start(extra: Record<string, string> = {}): Promise<RunningInference> {
  await writeTinyModel(join(folder.path, 'models', 'tiny'), { weights: endlessWeights() });
  const running = await startInference(inferenceVariables(folder.path, extra));
  onTestFinished(() => running.close());
  return running;
}

async function gather<T>(chunks: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

/** @returns the tokens of its prompt. */
async function ask({ client }: RunningInference, request: GenerateRequest): Promise<number> {
  const chunks = await gather(client.generate('acme', request));
  return chunks.at(-1)!.usage!.promptTokens;
}

/** Of the tiny model. @param label one more that the series has */
async function figure(
  { metrics }: RunningInference,
  name: string,
  label = '',
): Promise<number | undefined> {
  const lines = (await metrics.registry.metrics()).split('\n');
  const line = lines.find(
    (text) =>
      text.startsWith(`${name}{`) && text.includes('model_name="tiny"') && text.includes(label),
  );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

test("answers are counted under vLLM's names beside our own, streamed or at once", async () => {
  const running = await start({ METRICS_COMPAT: 'vllm' });
  const promptTokens = await ask(running, HELLO);
  await ask(running, { ...HELLO, atOnce: true });
  for (const prefix of ['lethe_inference_', 'vllm:']) {
    const of = (name: string, label?: string) => figure(running, `${prefix}${name}`, label);
    expect(await of('num_requests_running')).toBe(0);
    expect(await of('num_requests_waiting')).toBe(0);
    expect(await of('prompt_tokens_total')).toBe(2 * promptTokens);
    expect(await of('generation_tokens_total')).toBe(16);
    expect(await of('request_success_total', 'finished_reason="length"')).toBe(2);
    expect(await of('time_to_first_token_seconds_count')).toBe(2);
    expect(await of('inter_token_latency_seconds_count')).toBe(7);
    expect(await of('request_time_per_output_token_seconds_count')).toBe(2);
    expect(await of('e2e_request_latency_seconds_count')).toBe(2);
    expect(await of('request_prompt_tokens_sum')).toBe(2 * promptTokens);
    expect(await of('request_generation_tokens_sum')).toBe(16);
    const part = async (name: string) => (await of(`request_${name}_time_seconds_sum`))!;
    const parts = (await part('queue')) + (await part('prefill')) + (await part('decode'));
    expect(parts).toBeCloseTo((await of('e2e_request_latency_seconds_sum'))!, 5);
    expect(await part('inference')).toBeCloseTo(parts - (await part('queue')), 5);
    const first = (await of('time_to_first_token_seconds_sum'))!;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan((await of('e2e_request_latency_seconds_sum'))!);
  }
});

test('what runs and what waits is told while it does, and a caller who hangs up is an abort', async () => {
  const running = await start({ MAX_BATCH: '1' });
  const left = new AbortController();
  const long = { ...HELLO, sampling: { maxTokens: 200 }, atOnce: true };
  const calls = Array.from({ length: 6 }, () =>
    gather(running.client.generate('acme', long, { signal: left.signal })),
  );
  const ended = Promise.allSettled(calls);
  const of = (name: string, label?: string) => figure(running, `lethe_inference_${name}`, label);
  const patience = { timeout: 30_000, interval: 5 };
  await vi.waitFor(async () => {
    expect(await of('num_requests_running')).toBe(1);
    expect(await of('num_requests_waiting')).toBeGreaterThan(0);
  }, patience);
  left.abort();
  await ended;
  await vi.waitFor(async () => {
    expect(await of('num_requests_running')).toBe(0);
    expect(await of('num_requests_waiting')).toBe(0);
  }, patience);
  expect(await of('request_success_total', 'finished_reason="abort"')).toBeGreaterThan(0);
});

test('who waits for an adapter waits, and is counted as what it is', async () => {
  const running = await start({ MAX_BATCH: '1', MAX_ADAPTERS: '1' });
  await running.keeper.create('acme', 'space');
  const space = running.store.scope('acme').space('space');
  const adapterOf = async (seed: number) => ({
    space: 'space',
    hash: await space.putBundle({ ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed })) }),
  });
  const [held, waited] = [await adapterOf(1), await adapterOf(2)];
  const left = new AbortController();
  const askWith = (adapter: { space: string; hash: string }) =>
    gather(
      running.client.generate(
        'acme',
        { ...HELLO, model: { base: 'tiny', adapter }, sampling: { maxTokens: 200 } },
        { signal: left.signal },
      ),
    );
  const of = (name: string, label?: string) => figure(running, `lethe_inference_${name}`, label);
  const patience = { timeout: 30_000, interval: 2 };
  const wait = (name: string, count: number) =>
    vi.waitFor(async () => expect(await of(name)).toBe(count), patience);
  const holding = Promise.allSettled(Array.from({ length: 8 }, () => askWith(held)));
  await wait('num_requests_running', 1);
  const other = Promise.allSettled([askWith(waited)]);
  await wait('num_requests_waiting', 8);
  left.abort();
  await Promise.all([holding, other]);
  await wait('num_requests_waiting', 0);
  expect(await of('request_success_total', 'finished_reason="abort"')).toBeGreaterThan(0);
  await expect(ask(running, { ...HELLO, sampling: { minP: 2 } })).rejects.toThrow();
  expect(await of('num_requests_waiting')).toBe(0);
  expect(await of('request_success_total', 'finished_reason="error"')).toBeUndefined();
});

test('a resumed answer counts what it adds', async () => {
  const running = await start();
  const chunks = await gather(running.client.generate('acme', HELLO));
  const told = chunks.flatMap(({ tokenIds }) => tokenIds).slice(0, 3);
  await ask(running, { ...HELLO, resume: told });
  const of = (name: string) => figure(running, `lethe_inference_${name}`);
  expect(await of('generation_tokens_total')).toBe(8 + 5);
  expect(await of('time_to_first_token_seconds_count')).toBe(1);
});

test('adapters are counted; no label has a name or a word of a tenant, or an unknown model', async () => {
  const running = await start();
  await running.keeper.create('acme', 'secret-space');
  const space = running.store.scope('acme').space('secret-space');
  const hash = await space.putBundle({ ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 5 })) });
  const adapter = { space: 'secret-space', hash };
  await ask(running, { ...HELLO, model: { base: 'tiny', adapter } });
  await expect(ask(running, { ...HELLO, model: { base: 'no-such' } })).rejects.toThrow();
  const text = await running.metrics.registry.metrics();
  expect(await figure(running, 'lethe_inference_adapters')).toBe(1);
  expect(await figure(running, 'lethe_inference_adapter_bytes')).toBeGreaterThan(0);
  for (const name of ['acme', 'secret-space', hash, 'Hello', 'no-such', 'vllm:'])
    expect(text).not.toContain(name);
});
