// Answers outlive the replica of inference that began them.

import { status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { zip } from '#collections/zip.js';
import type { DecodingUsage__Output } from '#contracts/generated/lethe/inference/v1/DecodingUsage.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { TokenLogProb__Output } from '#contracts/generated/lethe/inference/v1/TokenLogProb.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { gatewayClientOf } from '#testing/identities.js';
import { useTempFolder } from '#testing/temp-store.js';
import { endlessWeights, writeTinyModel } from '#testing/tiny-model.js';
import { untilSaid } from '#testing/until-said.js';
import { type InferenceProcess, LINKED, spawnInference } from './testing/inference-process.js';
import { inferenceVariables, type RunningInference, startInference } from './testing/inference.js';
import { asking, entity, storedBase, told as wholeAnswer } from './testing/small-base.js';

const folder = useTempFolder();
const STREAMS = 50;
const forms = [{ regex: '[a-z ]{80}([0-9]{20})?' }, { jsonObject: true }];

let alone: RunningInference;
beforeAll(async () => {
  await writeTinyModel(join(folder.path, 'models/tiny'), { weights: endlessWeights() });
  alone = await startInference(inferenceVariables(folder.path));
});
afterAll(() => alone.close());

/** Greedy and seeded answers of many lengths, forms and fields. */
const requests = Array.from({ length: STREAMS }, (_, i): GenerateRequest => ({
  model: { base: 'tiny' },
  prompt: { chat: { messages: [{ role: 'user', content: `Hello ${i}` }] } },
  ...(i % 4 === 3 ? { form: forms[i % forms.length]! } : {}),
  ...(i % 7 === 4 ? { logProbs: 2 } : {}),
  sampling: {
    maxTokens: 60 + i,
    seed: i,
    ...(i % 2 === 0 ? { temperature: 0 } : { temperature: 0.9, topP: 0.9 }),
    stop: i % 5 === 0 ? ['zq'] : [],
    ...(i % 9 === 7 ? { choice: 2, minP: 0.01, topK: 40 } : {}),
    ...(i % 9 === 8 ? { repetitionPenalty: 1.2, frequencyPenalty: 0.5, presencePenalty: 0.3 } : {}),
    // Nothing is told of a search before its end: it is made anew.
    ...(i % 25 === 10 ? { temperature: 0, decoding: null, beams: { width: 2 } } : {}),
    ...(i % 3 === 0 ? { decoding: { strategy: 'energy', layers: { from: 1, to: 1 } } } : {}),
  },
}));

interface Answer {
  text: string;
  end: string;
  tokens: number | undefined;
  /** But for their last bits: what was told is read in one pass. */
  logProbs: string[];
  /** What the strategy has done. */
  decoding: DecodingUsage__Output | null;
}

const rounded = ({ id, logProb }: TokenLogProb__Output): string => `${id} ${logProb.toFixed(3)}`;

/** @param heard called with each chunk's number. */
async function answer(
  client: InferenceClient,
  request: GenerateRequest,
  heard: (chunks: number) => void = () => {},
  limits = {},
): Promise<Answer> {
  const found: Answer = { text: '', end: '', tokens: undefined, logProbs: [], decoding: null };
  let chunks = 0;
  for await (const chunk of client.generate('acme', request, limits)) {
    found.text += chunk.text;
    found.end = chunk.finishReason;
    found.logProbs.push(...chunk.logProbs.map(rounded));
    found.tokens = chunk.usage?.completionTokens;
    found.decoding = chunk.decoding;
    heard(++chunks);
  }
  return found;
}

const pair = (extra?: Record<string, string>) => replicasOf(2, extra);

async function replicasOf(
  count: number,
  extra: Record<string, string> = {},
): Promise<{ client: InferenceClient; processes: InferenceProcess[] }> {
  const variables = inferenceVariables(folder.path, extra);
  const processes = await Promise.all(
    Array.from({ length: count }, () => spawnInference(variables)),
  );
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

test(
  'of four replicas one is killed and one stands still: no call fails',
  { timeout: 200_000 },
  async () => {
    const expected = await Promise.all(requests.map((request) => answer(alone.client, request)));
    const { client, processes } = await replicasOf(4);
    let rounds = 0;
    const loaded = Array.from({ length: 10 }, async (_, i) => {
      for (let at = i; at < STREAMS; at += 10) {
        expect(await answer(client, requests[at]!)).toEqual(expected[at]);
        if (++rounds === 8) processes[0]!.child.kill('SIGKILL');
        if (rounds === 16) processes[1]!.child.kill('SIGSTOP');
      }
    });
    await Promise.all(loaded);
    expect(rounds).toBe(STREAMS);
    // Those that still answer have all of the calls.
    const since = performance.now();
    for (const request of requests.slice(0, 8)) await answer(client, request);
    expect(performance.now() - since).toBeLessThan(20_000);
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
  for (const request of requests.slice(0, 20).filter(({ sampling }) => !sampling?.beams)) {
    const ids: number[] = [];
    const texts: string[] = [];
    for await (const chunk of alone.client.generate('acme', request)) {
      ids.push(...chunk.tokenIds);
      texts.push(chunk.text);
    }
    const whole = await answer(alone.client, request);
    expect(ids.length).toBe(whole.tokens);
    for (const at of [1, 2 + Math.floor(Math.random() * (ids.length - 2))]) {
      let said = '';
      const logProbs: string[] = [];
      let told = 0;
      let steps = 0;
      for await (const chunk of alone.client.generate('acme', request)) {
        said += chunk.text;
        logProbs.push(...chunk.logProbs.map(rounded));
        told += chunk.tokenIds.length;
        steps = chunk.decoding?.steps ?? 0;
        if (told >= at) break;
      }
      const rest = await answer(alone.client, { ...request, resume: ids.slice(0, told) });
      const joined = {
        ...rest,
        text: said + rest.text,
        logProbs: [...logProbs, ...rest.logProbs],
        decoding: null,
      };
      expect(joined, `${JSON.stringify(request)} at ${told}`).toEqual({ ...whole, decoding: null });
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
  'an answer from a knowledge base whose replica ends between link and answer is another one’s',
  { timeout: 240_000 },
  async () => {
    const extra = { MODEL_DIRS: join(import.meta.dirname, '../../../models') };
    const own = await startInference(inferenceVariables(folder.path, extra));
    onTestFinished(() => own.close());
    await own.keeper.create('acme', 'held');
    const base = await storedBase(
      own.store.scope('acme').space('held'),
      ['measles', 'gout'].map((name) => entity('disease', name, [`home of ${name}`, 'a dog'])),
    );
    const request = asking(base, 'What of measles?', {}, { sampling: { maxTokens: 24, seed: 3 } });
    const expected = await wholeAnswer(own.client, request);
    expect(expected.grounding).toMatchObject({ entity: 'measles', status: 'grounded' });
    const held = join(import.meta.dirname, 'testing/held-link.js');
    const { client, processes } = await pair({ ...extra, NODE_OPTIONS: `--import=${held}` });
    const chosen = processes.map(async (one) => {
      await untilSaid(one.child, LINKED);
      return one;
    });
    const answered = wholeAnswer(client, request);
    // Nothing but a link is chosen, at one of both: it ends there, and the other may go on.
    const first = await Promise.race(chosen);
    first.child.kill('SIGKILL');
    for (const other of processes) if (other !== first) other.child.kill('SIGUSR2');
    const { texts: _pieces, chunks: _chunks, ...found } = await answered;
    const { texts, chunks: _whole, ...whole } = expected;
    expect(found).toEqual(whole);
    expect(found.text).toBe(texts.join(''));
    expect(await Promise.all(chosen)).toHaveLength(2);
  },
);

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
