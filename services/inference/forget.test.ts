// What is kept of prompts, and that it is dropped where its tenant asks.

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Usage__Output } from '#contracts/generated/lethe/inference/v1/Usage.js';
import { useTempFolder } from '#testing/temp-store.js';
import { endlessWeights, writeTinyModel } from '#testing/tiny-model.js';
import { inferenceVariables, type RunningInference, startInference } from './testing/inference.js';

const folder = useTempFolder();
const content = 'Which rivers are there, and where do they begin?';
const ASKED = {
  model: { base: 'tiny' },
  prompt: { chat: { messages: [{ role: 'user', content }] } },
  sampling: { maxTokens: 3 },
};

async function start(extra: Record<string, string> = {}): Promise<RunningInference> {
  await writeTinyModel(join(folder.path, 'models', 'tiny'), { weights: endlessWeights() });
  const running = await startInference(inferenceVariables(folder.path, extra));
  onTestFinished(() => running.close());
  return running;
}

async function usageOf({ client }: RunningInference, tenant: string): Promise<Usage__Output> {
  let usage: Usage__Output | null = null;
  for await (const chunk of client.generate(tenant, ASKED)) usage = chunk.usage;
  return usage!;
}

test('a prompt is found by its own tenant, until that one is forgotten at every server', async () => {
  const running = await start();
  const { promptTokens, cachedTokens } = await usageOf(running, 'acme');
  expect(cachedTokens).toBe(0);
  const whole = 32 * Math.floor((promptTokens - 1) / 32);
  expect(whole).toBeGreaterThan(0);
  expect((await usageOf(running, 'acme')).cachedTokens).toBe(whole);
  expect((await usageOf(running, 'other')).cachedTokens).toBe(0);
  await running.client.forget('acme');
  expect((await usageOf(running, 'acme')).cachedTokens).toBe(0);
  expect((await usageOf(running, 'other')).cachedTokens).toBe(whole);
  const text = await running.metrics.registry.metrics();
  const figure = (name: string): number =>
    Number(new RegExp(`^lethe_inference_${name}{.*} (.*)$`, 'm').exec(text)?.[1]);
  expect(figure('prefix_cache_queries_total')).toBe(5 * promptTokens);
  expect(figure('prefix_cache_hits_total')).toBe(2 * whole);
  expect(figure('num_preemptions_total')).toBe(0);
  expect(figure('kv_cache_usage_perc')).toBe(0);
});

test('nothing is kept where PREFIX_BYTES is 0', async () => {
  const running = await start({ PREFIX_BYTES: '0' });
  for (let i = 0; i < 2; i++) expect((await usageOf(running, 'acme')).cachedTokens).toBe(0);
});

test('KV_BYTES bounds the context', async () => {
  const running = await start({ KV_BYTES: '16384' });
  await expect(usageOf(running, 'acme')).rejects.toThrow(/the context holds \d+ with the answer/);
});
