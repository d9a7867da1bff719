// Answers outlive the replica of inference that began them.

import { status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { zip } from '#collections/zip.js';
import type { DecodingUsage__Output } from '#contracts/generated/lethe/inference/v1/DecodingUsage.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { gatewayClientOf } from '#testing/identities.js';
import { useTempFolder } from '#testing/temp-store.js';
import { endlessWeights, writeTinyModel } from '#testing/tiny-model.js';
import { type InferenceProcess, spawnInference } from './testing/inference-process.js';
import { inferenceVariables, type RunningInference, startInference } from './testing/inference.js';
import { asking, entity, storedBase } from './testing/small-base.js';

const folder = useTempFolder();
const STREAMS = 50;

let alone: RunningInference;
beforeAll(async () => {
  await writeTinyModel(join(folder.path, 'models/tiny'), { weights: endlessWeights() });
  alone = await startInference(inferenceVariables(folder.path));
});
afterAll(() => alone.close());

/** Greedy and seeded answers of many lengths. */
const requests = Array.from({ length: STREAMS }, (_, i): GenerateRequest => ({
  model: { base: 'tiny' },
  prompt: { chat: { messages: [{ role: 'user', content: `Hello ${i}` }] } },
  sampling: {
    maxTokens: 60 + i,
    seed: i,
    ...(i % 2 === 0 ? { temperature: 0 } : { temperature: 0.9, topP: 0.9 }),
    stop: i % 5 === 0 ? ['zq'] : [],
    ...(i % 3 === 0 ? { decoding: { strategy: 'energy', layers: { from: 1, to: 1 } } } : {}),
  },
}));

interface Answer {
  text: string;
  end: string;
  tokens: number | undefined;
  /** What the strategy has done. */
  decoding: DecodingUsage__Output | null;
}

/** @param heard called with each chunk's number. */
async function answer(
  client: InferenceClient,
  request: GenerateRequest,
  heard: (chunks: number) => void = () => {},
  limits = {},
): Promise<Answer> {
  const found: Answer = { text: '', end: '', tokens: undefined, decoding: null };
  let chunks = 0;
  for await (const chunk of client.generate('acme', request, limits)) {
    found.text += chunk.text;
    found.end = chunk.finishReason;
    found.tokens = chunk.usage?.completionTokens;
    found.decoding = chunk.decoding;
    heard(++chunks);
  }
  return found;
}

async function pair(
  extra: Record<string, string> = {},
): Promise<{ client: InferenceClient; processes: InferenceProcess[] }> {
  const variables = inferenceVariables(folder.path, extra);
  const processes = [await spawnInference(variables), await spawnInference(variables)];
  const client = gatewayClientOf(
    `ipv4:${processes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
  );
  onTestFinished(() => {
    client.close();
    for (const { child } of processes) child.kill('SIGKILL');
  });
  return { client, processes };
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'streams go on at another replica after %s of theirs, to the same texts',
  { timeout: 120_000 },
  async (signal) => {
    const expected = await Promise.all(requests.map((request) => answer(alone.client, request)));
    const { client, processes } = await pair();
    let begun = 0;
    let kill: (() => void) | undefined;
    const isMidst = new Promise<void>((resolve) => (kill = resolve));
    const heard = (chunks: number): void => {
      if (chunks === 1 + (begun % 7) && ++begun === STREAMS / 2) kill?.();
    };
    const answers = Promise.all(requests.map((request) => answer(client, request, heard)));
    await isMidst;
    processes[0]!.child.kill(signal);
    for (const [found, whole] of zip(await answers, expected)) expect(found).toEqual(whole);
  },
);

test('a stream that may not move ends in a clear error', { timeout: 60_000 }, async () => {
  const { client, processes } = await pair();
  const said = answer(
    client,
    requests[0]!,
    (chunks) => {
      if (chunks === 2) for (const { child } of processes) child.kill('SIGKILL');
    },
    { stays: true },
  );
  await expect(said).rejects.toMatchObject({
    code: status.UNAVAILABLE,
    publicMessage: 'the inference service cannot be reached',
  });
  await Promise.all(
    processes.map(({ child }) => child.exitCode ?? child.signalCode ?? once(child, 'exit')),
  );
});

test('an answer is resumed at any token, text, usage and end alike', async () => {
  for (const request of requests.slice(0, 6)) {
    const ids: number[] = [];
    const texts: string[] = [];
    for await (const chunk of alone.client.generate('acme', request)) {
      ids.push(...chunk.tokenIds);
      texts.push(chunk.text);
    }
    const whole = await answer(alone.client, request);
    expect(ids.length).toBe(whole.tokens);
    for (const at of [1, 2, 7, 20]) {
      let said = '';
      let told = 0;
      let steps = 0;
      for await (const chunk of alone.client.generate('acme', request)) {
        said += chunk.text;
        told += chunk.tokenIds.length;
        steps = chunk.decoding?.steps ?? 0;
        if (told >= at) break;
      }
      const rest = await answer(alone.client, { ...request, resume: ids.slice(0, told) });
      expect({ ...rest, text: said + rest.text, decoding: null }).toEqual({
        ...whole,
        decoding: null,
      });
      expect(steps + (rest.decoding?.steps ?? 0)).toBe(whole.decoding?.steps ?? 0);
    }
  }
});

test.each([
  [{ resume: [1_000_000] }, /resume: expected ids below \d+, found 1000000/],
  [{ resume: [1], atOnce: true }, /resume: goes without at_once/],
])('refuses %j', async (change, publicMessage) => {
  const refused = answer(alone.client, { ...requests[0]!, ...change });
  await expect(refused).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    publicMessage: expect.stringMatching(publicMessage),
  });
});

test(
  'answers from a knowledge base are told on by another replica, linked and worded alike',
  { timeout: 120_000 },
  async () => {
    const extra = { MODEL_DIRS: join(import.meta.dirname, '../../../models') };
    const own = await startInference(inferenceVariables(folder.path, extra));
    onTestFinished(() => own.close());
    await own.keeper.create('acme', 'base');
    const names = ['measles', 'rubella', 'scurvy', 'gout'];
    const base = await storedBase(
      own.store.scope('acme').space('base'),
      names.map((name) => entity('disease', name, [`home of ${name}`, 'a dog'])),
    );
    // Line ends and one word, so that there are many sentences.
    const sampling = { maxTokens: 40, allowedTokenIds: [15, 377], temperature: 50 };
    const asked = Array.from({ length: 16 }, (_, i) =>
      asking(base, `What of ${names[i % 4]}?`, i % 8 === 7 ? { wording: 'rows' } : {}, {
        sampling: { ...sampling, seed: i },
      }),
    );
    const expected = await Promise.all(asked.map((request) => answer(own.client, request)));
    expect(new Set(expected.map(({ text }) => text)).size).toBeGreaterThan(10);
    const { client, processes } = await pair(extra);
    let begun = 0;
    let kill: (() => void) | undefined;
    const isMidst = new Promise<void>((resolve) => (kill = resolve));
    const heard = (chunks: number): void => {
      if (chunks === 2 && ++begun === 4) kill?.();
    };
    const answers = Promise.all(asked.map((request) => answer(client, request, heard)));
    await isMidst;
    processes[0]!.child.kill('SIGKILL');
    for (const [found, whole] of zip(await answers, expected)) expect(found).toEqual(whole);
  },
);
