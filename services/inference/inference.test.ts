import { status } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { zip } from '#collections/zip.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Artifact } from '#contracts/spaces.js';
import { adapterBytes, writeAdapter } from '#models/adapters/adapter-files.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { gatewayClient } from '#testing/identities.js';
import { useTempFolder } from '#testing/temp-store.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { spawnInference } from './testing/inference-process.js';
import { inferenceVariables, type RunningInference, startInference } from './testing/inference.js';

const folder = useTempFolder();

const variables = (extra: Record<string, string> = {}): Record<string, string> =>
  inferenceVariables(folder.path, extra);

const start = (extra: Record<string, string> = {}): Promise<RunningInference> =>
  startInference(variables(extra));

interface Answer {
  text: string;
  finishReason: string;
  usage: GenerateChunk__Output['usage'];
  decoding?: GenerateChunk__Output['decoding'];
}

type Limits = Parameters<InferenceClient['generate']>[2];

async function answer(
  client: InferenceClient,
  request: GenerateRequest,
  limits?: Limits,
  tenant = 'acme',
): Promise<Answer> {
  const result: Answer = { text: '', finishReason: '', usage: null };
  for await (const { text, finishReason, usage, decoding } of client.generate(
    tenant,
    { sampling: { maxTokens: 8 }, ...request },
    limits,
  )) {
    result.text += text;
    result.finishReason = finishReason;
    result.usage = usage;
    if (decoding) result.decoding = decoding;
  }
  return result;
}

const TINY = { base: 'tiny' };
const chat = (content: string) => ({ chat: { messages: [{ role: 'user', content }] } });
const HELLO = { model: TINY, prompt: chat('Hello') };
const ENDLESS = { ...HELLO, sampling: { maxTokens: 200 } };

beforeAll(async () => {
  const models = join(folder.path, 'models');
  await writeTinyModel(join(models, 'tiny'), { weights: endlessWeights() });
  await writeTinyModel(join(models, 'plain'), { weights: endlessWeights(), chatTemplate: null });
  await writeTinyModel(join(models, 'broken'));
  await writeFile(join(models, 'broken', 'model.safetensors'), 'nothing of use');
  await writeTinyModel(join(models, 'changed'));
  await writeFile(join(models, 'changed', 'SHA256SUMS'), `${'0'.repeat(64)}  model.safetensors\n`);
});

describe('the inference service', () => {
  let running: RunningInference;
  let adapter: Artifact;
  const bundle = async (files: Record<string, Uint8Array>): Promise<Artifact> => ({
    space: 'model-job',
    hash: await running.store.scope('acme').space('model-job').putBundle(files),
  });

  beforeAll(async () => {
    running = await start({ MAX_CALLS: '4', MAX_MODELS: '1', ERASURE_CHECK_MS: '50' });
    await running.keeper.create('acme', 'model-job');
    adapter = await bundle({ ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 5 })) });
  });
  afterAll(() => running.close());

  test('answers at once where it is asked so, with the same text and usage', async () => {
    const chunks: GenerateChunk__Output[] = [];
    const request = { ...HELLO, sampling: { maxTokens: 8 }, atOnce: true };
    for await (const chunk of running.client.generate('acme', request)) chunks.push(chunk);
    expect(chunks).toMatchObject([await answer(running.client, HELLO)]);
  });

  test('answers conversations and texts, greedily the same each time', async () => {
    const first = await answer(running.client, HELLO);
    expect(first).toMatchObject({ finishReason: 'length', usage: { completionTokens: 8 } });
    expect(first.usage!.promptTokens).toBeGreaterThan(8);
    expect(await answer(running.client, HELLO)).toEqual(first);
    const text = await answer(running.client, { model: TINY, prompt: { text: 'Hello' } });
    expect(text.usage).toMatchObject({ promptTokens: 5, completionTokens: 8 });
  });

  test('shows no picture to a model that does not see, wherever it is asked', async () => {
    const { client } = running;
    const parts = [{ text: 'Hello' }, { image: { bytes: Buffer.from([1]), type: 'image/png' } }];
    const prompt = { chat: { messages: [{ role: 'user', parts }] } };
    const refused = {
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('"tiny" cannot be shown pictures'),
    };
    const asked = { model: TINY, prompt };
    await expect(answer(client, asked)).rejects.toMatchObject(refused);
    await expect(
      client.score('acme', { model: TINY, items: [{ prompt, completion: 'a' }] }),
    ).rejects.toMatchObject(refused);
    const counted = { base: 'tiny', prompts: [prompt] };
    const bare = 'expected one without pictures';
    await expect(client.countTokens('acme', counted)).rejects.toThrow(bare);
    await expect(client.tokenize('acme', counted)).rejects.toThrow(bare);
    const knowledge = { base: { space: 'a', hash: 'b'.repeat(64) } };
    await expect(answer(client, { ...asked, knowledge })).rejects.toThrow('goes without images');
  });

  test('answers by a strategy, and tells what that did', async () => {
    const decoding = { strategy: 'energy', layers: { from: 1, to: 1 } };
    const asked = { ...HELLO, sampling: { maxTokens: 8, decoding } };
    const { text, usage, decoding: used } = await answer(running.client, asked);
    expect(text).not.toBe((await answer(running.client, HELLO)).text);
    expect(usage!.completionTokens).toBe(8);
    expect(used).toMatchObject({ steps: 8, skipped: 0, layers: { 1: 8 } });
    expect(used!.changed).toBeGreaterThan(0);
    const deep = { strategy: 'deco', layers: { from: 1, to: 3 } };
    await expect(
      answer(running.client, { ...HELLO, sampling: { decoding: deep } }),
    ).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('the model has 2 layers'),
    });
  });

  test('searches by beams, and tells all answers in one message', async () => {
    const asked = (beams: object, more: object = {}) => ({
      ...HELLO,
      sampling: { maxTokens: 8, beams: { width: 3, given: 2, ...beams } },
      ...more,
    });
    const chunks: GenerateChunk__Output[] = [];
    const request = asked({}, { tokenIds: true, logProbs: 0 });
    for await (const chunk of running.client.generate('acme', request)) chunks.push(chunk);
    expect(chunks).toHaveLength(1);
    const [best] = chunks as [GenerateChunk__Output];
    expect(best.beside).toHaveLength(1);
    expect(best.usage).toMatchObject({ completionTokens: 16 });
    const answers = [best, ...best.beside];
    const likelihoods = answers.map(({ logProbs }) =>
      logProbs.reduce((sum, { logProb }) => sum + logProb, 0),
    );
    expect(likelihoods[0]).toBeGreaterThan(likelihoods[1]!);
    for (const { tokenIds, promptTokenIds } of answers) {
      expect(tokenIds).toHaveLength(8);
      expect(promptTokenIds).toHaveLength(best.usage!.promptTokens);
    }
    const alone = asked({ width: 1, given: 1 });
    expect(await answer(running.client, alone)).toEqual(await answer(running.client, HELLO));
    await expect(answer(running.client, asked({ width: 9 }))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('1 to 8, the rows that a replica has (MAX_BATCH), found 9'),
    });
    await expect(answer(running.client, asked({}, { resume: [1] }))).rejects.toMatchObject({
      publicMessage: 'resume: goes without beams',
    });
  });

  test('answers by what a context adds', async () => {
    const asked = (alpha: number) => {
      const decoding = { strategy: 'cad', alpha, without: 'Is it?' };
      return answer(running.client, { ...HELLO, sampling: { maxTokens: 8, decoding } });
    };
    const plain = await answer(running.client, HELLO);
    const [none, much] = [await asked(0), await asked(20)];
    expect(none.text).toBe(plain.text);
    expect(much.text).not.toBe(plain.text);
    expect(much.usage!.promptTokens).toBe(plain.usage!.promptTokens);
    expect(much.decoding).toMatchObject({ steps: 8, skipped: 0 });
  });

  test('answers by an adapter that the tenant has stored, and by no one else', async () => {
    const base = await answer(running.client, HELLO);
    const adapted = await answer(running.client, { ...HELLO, model: { base: 'tiny', adapter } });
    expect(adapted.text).not.toBe(base.text);
    const theirs = { ...HELLO, model: { base: 'tiny', adapter } };
    const foreign = answer(running.client, theirs, {}, 'other');
    await expect(foreign).rejects.toMatchObject({
      code: status.NOT_FOUND,
      publicMessage: `unknown adapter "${adapter.hash}"`,
    });
  });

  test('answers by part of an adapter, and rounded, to the same tenant alone', async () => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const sum = async (change: object, tenant = 'acme'): Promise<number> => {
      const model = { base: 'tiny', adapter, ...change };
      const { scores } = await running.client.score(tenant, { model, items });
      return scores[0]!.sum;
    };
    const changes = [{}, { scale: 0.5 }, { rounding: 'int8' }, { rounding: 'nf4' }];
    const sums: number[] = [];
    for (const change of changes) sums.push(await sum(change));
    expect(new Set(sums).size).toBe(changes.length);
    expect(await sum({ scale: 0 })).toBeCloseTo(await sum({ adapter: undefined }), 5);
    expect(await sum({ adapter: undefined, rounding: 'nf4' })).not.toBe(sums[3]);
    for (const change of changes) {
      const foreign = sum(change, 'other');
      await expect(foreign).rejects.toMatchObject({ code: status.NOT_FOUND });
    }
  });

  test('lets calls for different rounded models take turns', async () => {
    const changes = [{ rounding: 'int8' }, { rounding: 'nf4' }, { rounding: 'int8', scale: 0.5 }];
    const say = async (change: object) =>
      (await answer(running.client, { ...HELLO, model: { base: 'tiny', adapter, ...change } }))
        .text;
    const alone: string[] = [];
    for (const change of changes) alone.push(await say(change));
    expect(await Promise.all(changes.map(say))).toEqual(alone);
  });

  test('scores completions token by token', async () => {
    const items = ['Ada', '~', ''].map((completion) => ({ prompt: chat('Hello'), completion }));
    const { scores } = await running.client.score('acme', { model: TINY, items });
    expect(scores.map(({ tokenLogProbs }) => tokenLogProbs.length)).toEqual([3, 1, 0]);
    expect(scores[0]!.sum).toBeCloseTo(
      scores[0]!.tokenLogProbs.reduce((a, b) => a + b),
      4,
    );
    const adapted = await running.client.score('acme', {
      model: { base: 'tiny', adapter },
      items,
    });
    expect(adapted.scores[0]!.sum).not.toBeCloseTo(scores[0]!.sum, 2);
  });

  test('scores the end of the turn and what else is likely, where asked', async () => {
    const items = ['Ada', ''].map((completion) => ({ prompt: chat('Hello'), completion }));
    const score = async (options: { detail?: boolean; end?: boolean }, base = 'tiny') =>
      (await running.client.score('acme', { model: { base }, items, ...options })).scores;
    const [plain, ended] = [await score({}), await score({ end: true, detail: true })];
    expect(plain[0]).toMatchObject({ greedy: [], mean: [], variance: [] });
    expect(ended.map(({ tokenLogProbs }) => tokenLogProbs.length)).toEqual([4, 1]);
    expect(ended[0]!.tokenLogProbs.slice(0, 3)).toEqual(plain[0]!.tokenLogProbs);
    for (const { greedy, mean, variance, tokenLogProbs } of ended) {
      const { length } = tokenLogProbs;
      expect([greedy.length, mean.length, variance.length]).toEqual([length, length, length]);
      expect(mean.every((x) => x < 0) && variance.every((x) => x > 0)).toBe(true);
    }
    expect((await score({ end: true }, 'plain'))[0]!.tokenLogProbs).toHaveLength(' Ada'.length + 1);
  });

  test('scores what each layer leaves, where asked', async () => {
    const request = { model: TINY, items: [{ prompt: chat('Hello'), completion: 'Ada' }] };
    const score = async (options: object) =>
      (await running.client.score('acme', { ...request, ...options })).scores[0]!;
    const [plain, lens] = [await score({}), await score({ layers: true })];
    expect(plain.layers).toEqual([]);
    expect(lens.tokenLogProbs).toEqual(plain.tokenLogProbs);
    expect(lens.layers.at(-1)!.logProbs).toEqual(plain.tokenLogProbs);
    expect(new Set(lens.layers.map(({ logProbs }) => logProbs.length))).toEqual(new Set([3]));
    expect(lens.layers[0]!.logProbs).not.toEqual(plain.tokenLogProbs);
  });

  test('scores what DeCo would do with completions, by many settings', async () => {
    const items = ['Ada', 'Bo'].map((completion) => ({ prompt: chat('Hello'), completion }));
    const layers = { from: 1, to: 2 };
    const settings = [0, 6].map((alpha) => ({ layers, alpha }));
    const score = async (asked: object) =>
      (await running.client.score('acme', { model: TINY, items, ...asked })).scores;
    const [plain, swept] = [await score({}), await score({ sweep: { settings } })];
    for (const [one, other] of zip(swept, plain)) {
      expect(one.sum).toBeCloseTo(other.sum, 4);
      expect(one.swept!.promptTokens).toBeGreaterThan(5);
      const [off, on] = one.swept!.settings;
      expect(off).toMatchObject({ changed: 0, greedy: one.swept!.greedy });
      expect(off!.sum).toBeCloseTo(other.sum, 4);
      expect(on!.greedy - one.swept!.greedy).toBe(on!.righted - on!.wronged);
      expect(on!.changed).toBeGreaterThanOrEqual(on!.righted + on!.wronged);
    }
  });

  test.each([
    [{ settings: [] }, {}, 'sweep.settings: expected 1 to 256, found 0'],
    [
      { settings: [{ layers: { from: 1, to: 3 }, alpha: 1 }] },
      {},
      'sweep.settings[0].layers: expected the first and the last of layers from 0 to 2, as the model has 2 layers, found 1 and 3',
    ],
    [
      { settings: [{ alpha: -1 }] },
      {},
      'sweep.settings[0].alpha: expected a number from 0 to 100, found -1',
    ],
    [{ settings: [{ alpha: 1 }] }, { detail: true }, 'sweep: goes without detail'],
  ])('refuses the sweep %j with %j', async (sweep, asked, publicMessage) => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const refused = running.client.score('acme', { model: TINY, items, sweep, ...asked });
    await expect(refused).rejects.toMatchObject({
      publicMessage,
    });
  });

  test("scores with another model's states in the place of its own, layer by layer", async () => {
    const model = { base: 'tiny', adapter };
    const items = ['Ada', ''].map((completion) => ({ prompt: chat('Hello'), completion }));
    const score = async (asked: object) =>
      (await running.client.score('acme', { model, items, ...asked })).scores;
    const [plain] = await score({});
    const sources = [TINY, { ...model, scale: 0.5 }, { ...TINY, rounding: 'nf4' }, model];
    for (const source of sources) {
      const [own] = await score({ model: source });
      const [{ tokenLogProbs, patched }, none] = (await score({ source })) as [
        CompletionScore__Output,
        CompletionScore__Output,
      ];
      expect(tokenLogProbs).toEqual(plain!.tokenLogProbs);
      expect(patched.map(({ logProbs }) => logProbs.length)).toEqual([3, 3]);
      expect(patched.at(-1)!.logProbs).toEqual(own!.tokenLogProbs);
      expect(patched[0]!.logProbs.every((p, i) => p === tokenLogProbs[i])).toBe(source === model);
      expect(none).toMatchObject({ tokenLogProbs: [], patched: [] });
    }
  });

  test.each([
    [
      { base: 'plain' },
      {},
      'source.base: expected "tiny", as one base model is in memory at a time (MAX_MODELS), found "plain"',
    ],
    [{ base: '' }, {}, 'source.base: expected the name of a base model'],
    [{ base: 'tiny', scale: 2 }, {}, 'source.scale: expected an adapter whose change is scaled'],
    [
      { base: 'tiny', rounding: 'int8' },
      { model: { base: 'tiny', rounding: 'nf4' } },
      'source.rounding: expected none where the model is rounded',
    ],
    [{ base: 'tiny' }, { whole: true }, 'source: goes without whole'],
    [{ base: 'tiny' }, { layers: true }, 'source: goes without layers'],
    [{ base: 'tiny' }, { detail: true }, 'source: goes without detail'],
    [{ base: 'tiny' }, { gradient: true }, 'source: goes without gradient'],
  ])('refuses the states of %o with %o', async (source, options, publicMessage) => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const refused = running.client.score('acme', { model: TINY, items, source, ...options });
    await expect(refused).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, publicMessage });
  });

  test("puts no adapter's states into a model but for the tenant whose it is", async () => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const source = { base: 'tiny', adapter };
    const foreign = running.client.score('other', { model: TINY, items, source });
    await expect(foreign).rejects.toMatchObject({
      code: status.NOT_FOUND,
      publicMessage: `unknown adapter "${adapter.hash}"`,
    });
    // What was taken for the call is given back.
    const { scores } = await running.client.score('acme', { model: TINY, items, source });
    expect(scores).toHaveLength(1);
  });

  test('scores whole texts, and says what would go on after them', async () => {
    const text = 'Ada 林 was';
    const bytes = [...Buffer.from(text)];
    const score = async (prompts: object[], options = {}) =>
      (
        await running.client.score('acme', {
          model: TINY,
          items: prompts.map((prompt) => ({ prompt, ...options })),
          whole: true,
        })
      ).scores;
    const [whole, byIds] = await score([{ text }, { ids: { ids: bytes } }]);
    expect(byIds).toEqual(whole);
    const { scores } = await running.client.score('acme', {
      model: TINY,
      items: [{ prompt: { text: 'A' }, completion: text.slice(1) }],
      detail: true,
    });
    expect(whole).toMatchObject({
      tokenLogProbs: scores[0]!.tokenLogProbs,
      sum: scores[0]!.sum,
    });
    const { tokens, ids, places } = whole!.spelling!;
    expect(ids).toEqual(bytes);
    expect(tokens.length).toBe(bytes.length);
    expect(tokens.join('')).toBe(text);
    expect(places.map(({ top }) => top.length)).toEqual(bytes.map(() => 1));
    for (const [i, greedy] of scores[0]!.greedy.entries()) {
      const { logProb, rank, top } = places[i]!;
      expect(logProb).toBeCloseTo(whole!.tokenLogProbs[i]!, 5);
      expect([logProb === top[0]!.logProb, rank === 1]).toEqual([greedy, greedy]);
    }
    const next = await answer(running.client, {
      model: TINY,
      prompt: { text },
      sampling: { maxTokens: 1 },
    });
    expect(places.at(-1)!.top[0]!.text).toBe(next.text);
    const refused = { code: status.INVALID_ARGUMENT };
    await expect(score([{ text }], { completion: 'x' })).rejects.toMatchObject(refused);
    await expect(score([{ ids: { ids: [65, 259] } }])).rejects.toMatchObject(refused);
    await expect(score([{ ids: { ids: [] } }])).rejects.toMatchObject(refused);
    const long = { code: status.OUT_OF_RANGE };
    await expect(
      score([{ ids: { ids: bytes.slice(0, 1).concat(Array(256).fill(65)) } }]),
    ).rejects.toMatchObject(long);
    expect((await score([{ ids: { ids: [65] } }]))[0]!.tokenLogProbs).toEqual([]);
  });

  test('tells the likeliest tokens in the places of a text, as a completion of each would', async () => {
    const text = 'Ada was born';
    const { scores } = await running.client.score('acme', {
      model: { base: 'tiny', adapter },
      items: [{ prompt: { text } }],
      whole: true,
      likeliest: 20,
    });
    const { ids, places } = scores[0]!.spelling!;
    expect(places.length).toBe(ids.length);
    for (const [i, { top, rank, logProb }] of places.entries()) {
      const chunks = running.client.generate('acme', {
        model: { base: 'tiny', adapter },
        prompt: { ids: { ids: ids.slice(0, i + 1) } },
        sampling: { maxTokens: 1, allowedTokenIds: ids.slice(i + 1, i + 2) },
        logProbs: 20,
      });
      const [told] = (await chunks.next()).value!.logProbs;
      expect(top.map(({ id }) => id)).toEqual(told!.top.map(({ id }) => id));
      for (const [at, other] of told!.top.entries())
        expect(top[at]!.logProb).toBeCloseTo(other.logProb, 4);
      if (i + 1 === ids.length) continue;
      expect(told!.id).toBe(ids[i + 1]);
      expect(rank).toBe(told!.rank);
      expect(logProb).toBeCloseTo(told!.logProb, 4);
      expect(logProb).toBeLessThanOrEqual(top[Math.min(rank, 20) - 1]!.logProb);
    }
    const many = running.client.score('acme', {
      model: TINY,
      items: [{ prompt: { text } }],
      whole: true,
      likeliest: 21,
    });
    await expect(many).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: 'likeliest: expected at most 20 tokens, found 21',
    });
  });

  test('tells texts as tokens, and tokens as text', async () => {
    const ask = async (prompt: object, bare = false) =>
      running.client.tokenize('acme', { base: 'tiny', prompts: [prompt], bare });
    const { texts, tokenizer } = await ask({ text: 'Ada 林' });
    const bytes = [...Buffer.from('Ada 林')];
    expect(texts[0]).toMatchObject({ ids: bytes, text: 'Ada 林' });
    expect(texts[0]!.tokens.map((token) => [...token])).toEqual(bytes.map((byte) => [byte]));
    expect(tokenizer!.specialTokens).toMatchObject({ eos_token: '<|im_end|>' });
    expect(tokenizer!.chatTemplate).toContain('im_start');
    expect((await ask({ ids: { ids: [257, 65] } })).texts[0]!.text).toBe('<|im_start|>A');
    expect((await ask(chat('Hi'), true)).texts[0]!.text).toContain('<|im_start|>user\nHi');
    await expect(ask({ ids: { ids: [259] } })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  test('tells likelihoods of tokens with their bytes, and refuses unknown tokens by name', async () => {
    const chunks: GenerateChunk__Output[] = [];
    const request = { ...HELLO, sampling: { maxTokens: 4, badWords: ['A'] }, logProbs: 2 };
    for await (const chunk of running.client.generate('acme', request)) chunks.push(chunk);
    const told = chunks.flatMap(({ logProbs }) => logProbs);
    expect(told).toHaveLength(4);
    for (const { id, text, logProb, top } of told) {
      expect([...text]).toEqual([id]);
      expect(logProb).toBeLessThan(0);
      expect(top).toHaveLength(2);
    }
    const wrong = { ...HELLO, sampling: { logitBias: { 259: 1 } } };
    await expect(answer(running.client, wrong)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: 'sampling.logit_bias: expected ids below 259, found 259',
    });
  });

  test('refuses to score a completion that the context cannot hold, or scores its beginning', async () => {
    const score = (completion: string, cut: boolean) =>
      running.client.score('acme', {
        model: TINY,
        items: [{ prompt: { text: 'Hello' }, completion }],
        cut,
      });
    const long = 'a'.repeat(300);
    await expect(score(long, false)).rejects.toMatchObject({ code: status.OUT_OF_RANGE });
    const [cut] = (await score(long, true)).scores;
    expect(cut!.tokenLogProbs).toHaveLength(256 - 'Hello'.length);
    expect((await score(long.slice(0, 256 - 'Hello'.length), false)).scores[0]).toEqual(cut);
    const prompt = { text: long };
    const items = [{ prompt, completion: 'a' }];
    const impossible = running.client.score('acme', { model: TINY, items, cut: true });
    await expect(impossible).rejects.toMatchObject({ code: status.OUT_OF_RANGE });
  });

  test('embeds prompts as they come, by the adapter of the tenant alone', async () => {
    const prompts = [{ text: 'Hello' }, { ids: { ids: [...Buffer.from('Hello')] } }, chat('Hi')];
    const embed = async (more: object = {}, tenant = 'acme') =>
      (await running.client.embed(tenant, { model: TINY, prompts, pooling: 'mean', ...more }))
        .embeddings;
    const [text, ids, said] = await embed();
    expect(ids).toEqual(text);
    expect(text).toMatchObject({ tokens: 5 });
    expect(said!.tokens).toBeGreaterThan(2);
    expect(text!.values).toHaveLength(TINY_CONFIG.hiddenSize);
    const [cut] = await embed({ dimensions: 3 });
    expect(cut!.values).toEqual(text!.values.slice(0, 3));
    expect((await embed({ pooling: 'last' }))[0]!.values).not.toEqual(text!.values);
    const adapted = { model: { base: 'tiny', adapter } };
    expect((await embed(adapted))[0]!.values).not.toEqual(text!.values);
    await expect(embed(adapted, 'other')).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(embed({ prompts: [{ text: 'a'.repeat(257) }] })).rejects.toMatchObject({
      code: status.OUT_OF_RANGE,
    });
    const most = TINY_CONFIG.hiddenSize;
    await expect(embed({ dimensions: most + 1 })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: `dimensions: expected at most ${most}, which "tiny" has, found ${most + 1}`,
    });
    await expect(embed({ pooling: 'max' })).rejects.toMatchObject({
      publicMessage: 'pooling: expected one of mean, last, found "max"',
    });
  });

  test('scores what the template puts before an answer along with it', async () => {
    const { scores } = await running.client.score('acme', {
      model: { base: 'plain' },
      items: [{ prompt: chat('Hello'), completion: 'Ada' }],
    });
    expect(scores[0]!.tokenLogProbs).toHaveLength(' Ada'.length);
  });

  test.each(['tiny', 'plain'])(
    'goes on after a given beginning of the answer, of %s',
    async (base) => {
      const model = { base };
      const begun = (prefix: string) => ({ ...chat('Hello'), prefix });
      const ask = (prefix: string) => answer(running.client, { model, prompt: begun(prefix) });
      const [whole, nothing] = [await answer(running.client, { ...HELLO, model }), await ask('')];
      expect(nothing).toEqual(whole);
      const lead = base === 'plain' ? 1 : 0; // read with the prefix, and not said
      const asked = whole.usage!.promptTokens;
      expect((await ask('Ada is')).usage!.promptTokens).toBe(asked + lead + 6);
      const { prompts } = await running.client.countTokens('acme', {
        base,
        prompts: [begun(''), begun('Ada is'), { text: 'Ada', prefix: ' is' }],
      });
      expect(prompts.map(({ tokens }) => tokens)).toEqual([asked, asked + lead + 6, 6]);
      const { scores } = await running.client.score('acme', {
        model,
        items: [
          { prompt: begun(''), completion: 'Ada is' },
          { prompt: begun('Ada'), completion: ' is' },
        ],
      });
      expect(scores[1]!.tokenLogProbs).toHaveLength(3);
      for (const [i, logProb] of scores[1]!.tokenLogProbs.entries())
        expect(logProb).toBeCloseTo(scores[0]!.tokenLogProbs[lead + 3 + i]!, 5);
    },
  );

  test('says the rest of a text after its beginning, and appends one to a text', async () => {
    const ask = (prompt: GenerateRequest['prompt'], maxTokens: number) =>
      answer(running.client, { model: TINY, prompt, sampling: { maxTokens } });
    const whole = await ask({ text: 'Ada' }, 8);
    expect(await ask({ text: 'A', prefix: 'da' }, 8)).toEqual(whole);
    expect(await ask({ text: '', prefix: 'Ada' }, 8)).toEqual(whole);
  });

  test('counts the tokens of prompts, and says which the chat template refuses', async () => {
    const path = join(folder.path, 'models/strict');
    onTestFinished(() => rm(path, { recursive: true }));
    await writeTinyModel(path, {
      chatTemplate:
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('No system') }}{% endif %}{{ m.content }}{% endfor %}",
    });
    const messages = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'u' },
    ];
    const count = (base: string) =>
      running.client.countTokens('acme', {
        base,
        prompts: [chat('Hello'), { chat: { messages } }, { text: 'four' }],
      });
    expect((await count('plain')).prompts[0]!.tokens).toBe('Question: Hello\nAnswer:'.length);
    expect((await count('strict')).prompts).toEqual([
      { tokens: 5, problem: '' },
      { tokens: 0, problem: expect.stringMatching(/^the chat template .*: No system/) },
      { tokens: 4, problem: '' },
    ]);
    await expect(count('tinier')).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(count('林😀'.repeat(50_000))).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('loads another model in the place of an idle one', async () => {
    const text = await answer(running.client, { ...HELLO, model: { base: 'plain' } });
    expect(text.usage!.promptTokens).toBe('Question: Hello\nAnswer:'.length);
    expect((await answer(running.client, HELLO)).finishReason).toBe('length');
  });

  test('lists what can be loaded, and why something cannot', async () => {
    const { models } = await running.client.listModels();
    expect(models.map(({ name, problem }) => [name, problem])).toEqual([
      ['broken', expect.stringMatching(/model\.safetensors is not a safetensors file/)],
      ['changed', ''],
      ['plain', ''],
      ['tiny', ''],
    ]);
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(models.map((model) => model.digest)).toEqual(['', digest, digest, digest]);
    expect(models.map((model) => model.precision)).toEqual(Array(4).fill('float32'));
    expect(models[3]).toMatchObject({
      contextLength: 256,
      parameters: 259 * 32 + 2 * (3072 + 3 * 48 * 32 + 64) + 32,
    });
  });

  test.each([
    [
      'an unknown model',
      { model: { base: 'tinier' } },
      status.NOT_FOUND,
      'unknown model "tinier"; known: broken, changed, plain, tiny',
    ],
    [
      'an unknown adapter',
      { model: { base: 'tiny', adapter: { space: 'model-job', hash: 'a'.repeat(64) } } },
      status.NOT_FOUND,
      `unknown adapter "${'a'.repeat(64)}"`,
    ],
    [
      'an adapter whose space is no id',
      { model: { base: 'tiny', adapter: { space: '../x', hash: 'a'.repeat(64) } } },
      status.INVALID_ARGUMENT,
      'model.adapter: expected the id of a space and a SHA-256 in hex',
    ],
    [
      'a scale of nothing',
      { model: { base: 'tiny', scale: 0.5 } },
      status.INVALID_ARGUMENT,
      'model.scale: expected an adapter whose change is scaled',
    ],
    [
      'an endless scale',
      { model: { base: 'tiny', scale: Infinity } },
      status.INVALID_ARGUMENT,
      'model.scale: expected a finite number, found Infinity',
    ],
    [
      'an unknown rounding',
      { model: { base: 'tiny', rounding: 'int3' } },
      status.INVALID_ARGUMENT,
      'model.rounding: expected one of int8, nf4, or none, found "int3"',
    ],
    [
      'a damaged model',
      { model: { base: 'broken' } },
      status.FAILED_PRECONDITION,
      /model\.safetensors is not a safetensors file/,
    ],
    [
      'a model that is not what its checksum says',
      { model: { base: 'changed' } },
      status.FAILED_PRECONDITION,
      /^changed\/model\.safetensors is damaged or another file/,
    ],
    [
      'no model',
      { model: null },
      status.INVALID_ARGUMENT,
      'model.base: expected the name of a base model',
    ],
    [
      'a prompt beyond the context',
      { prompt: { text: 'x'.repeat(300) } },
      status.OUT_OF_RANGE,
      "the prompt has 300 tokens, the context holds 256 with the answer's",
    ],
    [
      'a beginning of the answer beyond the context',
      { prompt: { text: 'x'.repeat(200), prefix: 'x'.repeat(100) } },
      status.OUT_OF_RANGE,
      "the prompt has 300 tokens, the context holds 256 with the answer's",
    ],
    [
      'an empty prompt',
      { prompt: { text: '' } },
      status.INVALID_ARGUMENT,
      'prompt: expected a conversation or a text',
    ],
    [
      'no messages',
      { prompt: { chat: { messages: [] } } },
      status.INVALID_ARGUMENT,
      /messages: expected at least one/,
    ],
    [
      'an odd role',
      { prompt: { chat: { messages: [{ role: 'wizard', content: '' }] } } },
      status.INVALID_ARGUMENT,
      /messages\[0\]\.role/,
    ],
    [
      'an odd temperature',
      { sampling: { temperature: -1 } },
      status.INVALID_ARGUMENT,
      /sampling\.temperature/,
    ],
    ['an odd top_p', { sampling: { topP: 2 } }, status.INVALID_ARGUMENT, /sampling\.top_p/],
  ] as const)('refuses %s', async (_name, change, code, said) => {
    const refused = answer(running.client, { ...HELLO, ...(change as GenerateRequest) });
    await expect(refused).rejects.toMatchObject({
      code,
      publicMessage: typeof said === 'string' ? said : expect.stringMatching(said),
    });
  });

  test.each([{}, { scale: 0.5 }, { rounding: 'nf4' }])(
    'answers from an erased adapter no longer, and ends what it was saying: %j',
    async (change) => {
      await running.keeper.create('acme', 'model-gone');
      const hash = await running.store
        .scope('acme')
        .space('model-gone')
        .putBundle({ ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 6 })) });
      const model = { base: 'tiny', adapter: { space: 'model-gone', hash }, ...change };
      await answer(running.client, { ...HELLO, model });
      const refused = { code: status.NOT_FOUND };
      // It may end before the erasure has: somebody must be waiting for it by then.
      const spoken = expect(answer(running.client, { ...ENDLESS, model })).rejects.toMatchObject(
        refused,
      );
      await running.keeper.erase('acme', 'model-gone');
      await spoken;
      await expect(answer(running.client, { ...HELLO, model })).rejects.toMatchObject(refused);
      expect((await answer(running.client, HELLO)).usage).not.toBeNull();
    },
  );

  test('refuses an artifact that is no adapter, or one of another model', async () => {
    const wide = await bundle({ ...writeAdapter(tinyAdapter({ ...TINY_CONFIG, hiddenSize: 64 })) });
    const other = await bundle({ 'notes.txt': Buffer.from('no adapter') });
    for (const [artifact, said] of [
      [wide, /does not fit the model: .*down_proj/],
      [other, /there is no adapter: expected adapter_config\.json/],
    ] as const) {
      const refused = answer(running.client, {
        ...HELLO,
        model: { base: 'tiny', adapter: artifact },
      });
      await expect(refused).rejects.toMatchObject({
        code: status.FAILED_PRECONDITION,
        publicMessage: expect.stringMatching(said),
      });
    }
  });

  test("refuses a tenant's calls beyond its share and leaves room for others; a caller that hangs up or runs out of time makes room", async () => {
    const streams = Array.from({ length: 3 }, () => running.client.generate('acme', ENDLESS));
    for (const stream of streams) await stream.next();
    const refused = answer(running.client, HELLO);
    await expect(refused).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect((await answer(running.client, HELLO, {}, 'other')).finishReason).toBe('length');
    for (const stream of streams) await stream.return();
    await vi.waitFor(() => answer(running.client, HELLO), { timeout: 10_000 });
    const late = Array.from({ length: 3 }, () => answer(running.client, ENDLESS, { timeoutMs: 1 }));
    await Promise.all(
      late.map((call) => expect(call).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED })),
    );
    await vi.waitFor(() => answer(running.client, HELLO), { timeout: 10_000 });
  });
});

describe('more adapters than there is room for', () => {
  /** Adapters of as many tenants as given, by tenant and number. */
  async function serveMany(variablesOf: Record<string, string>, tenants: readonly string[]) {
    const running = await start({ MAX_CALLS: '512', ...variablesOf });
    const name = `model-${randomUUID()}`;
    onTestFinished(() => running.close());
    const spaces = tenants.map(async (tenant) => {
      await running.keeper.create(tenant, name);
      return running.store.scope(tenant).space(name);
    });
    const byTenant = new Map(zip(tenants, await Promise.all(spaces)));
    const known = new Map<string, Promise<Artifact>>();
    const make = async (tenant: string, seed: number): Promise<Artifact> => {
      const files = writeAdapter(tinyAdapter(TINY_CONFIG, { seed }));
      const hash = await byTenant.get(tenant)!.putBundle({ ...files });
      return { space: name, hash };
    };
    return async (seed: number, tenant = 'acme', maxTokens = 4): Promise<string> => {
      const key = `${tenant} ${seed}`;
      if (!known.has(key)) known.set(key, make(tenant, seed));
      const model = { base: 'tiny', adapter: await known.get(key)! };
      const request = { ...HELLO, model, sampling: { maxTokens } };
      return (await answer(running.client, request, {}, tenant)).text;
    };
  }

  test('waits for what is in use, and answers as alone', { timeout: 60_000 }, async () => {
    const ask = await serveMany({ MAX_ADAPTERS: '4' }, ['acme', 'other']);
    const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
    const alone: string[] = [];
    for (const seed of seeds) alone.push(await ask(seed));
    expect(new Set(alone).size).toBeGreaterThan(1);
    expect(await Promise.all([...seeds, ...seeds].map((seed) => ask(seed)))).toEqual([
      ...alone,
      ...alone,
    ]);
    const both = seeds.flatMap((seed) => [ask(seed, 'acme', 40), ask(seed, 'other', 40)]);
    expect((await Promise.all(both)).length).toBe(40);
  });

  test('holds no more bytes than it may, and refuses what alone is more', async () => {
    const files = writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 1 }));
    const bytes = adapterBytes(files);
    const ask = await serveMany({ ADAPTER_BYTES: String(2 * bytes + 1) }, ['acme']);
    const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
    expect((await Promise.all(seeds.map((seed) => ask(seed)))).length).toBe(12);
    const small = await serveMany({ ADAPTER_BYTES: String(bytes - 1) }, ['acme']);
    await expect(small(1)).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
      publicMessage: `the adapter takes ${bytes} bytes in memory, expected at most ${bytes - 1} (ADAPTER_BYTES)`,
    });
  });
});

describe('the process', () => {
  test('finishes the answers under way after SIGTERM, and takes no new ones', async () => {
    const { child, port } = await spawnInference(variables());
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    const client = gatewayClient(port);
    const expected = await answer(client, ENDLESS);
    const stream = client.generate('acme', ENDLESS);
    let text = (await stream.next()).value?.text ?? '';
    child.kill('SIGTERM');
    for await (const chunk of stream) text += chunk.text;
    expect(text).toBe(expected.text);
    expect(await exited).toEqual([0, null]);
    await expect(answer(client, HELLO)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    client.close();
  });
});
