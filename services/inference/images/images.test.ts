// Pictures through the service: what transformers answers of them, whose they are, and how long they are
// kept.

import { status } from '@grpc/grpc-js';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Part } from '#contracts/generated/lethe/inference/v1/Part.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { SharedPictures } from '#platform/grpc/shared-pictures.js';
import { goldenRoot } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { inferenceVariables, type RunningInference, startInference } from '../testing/inference.js';
import { expected, picture, textOf, writeSeeingModel } from '../testing/seeing-model.js';

const folder = useTempFolder();
let running: RunningInference;

beforeAll(async () => {
  writeSeeingModel(join(folder.path, 'models', 'seeing'));
  writeSeeingModel(join(folder.path, 'models', 'tiled'), 'smolvlm');
  writeSeeingModel(join(folder.path, 'models', 'placed'), 'qwen2-5-vl');
  running = await startInference(inferenceVariables(folder.path, { ERASURE_CHECK_MS: '50' }));
});
afterAll(() => running.close());

const one: Part = { image: { bytes: picture('one.png'), type: 'image/png' } };
const two: Part = { image: { bytes: picture('two.png'), type: 'image/png' } };
const asked = (...parts: Part[]): GenerateRequest => ({
  model: { base: 'seeing' },
  prompt: { chat: { messages: [{ role: 'user', parts }] } },
  sampling: { maxTokens: 24 },
});
const SINGLE = asked({ text: 'What is' }, one, { text: '?' });

async function chunksOf(request: GenerateRequest, tenant = 'acme') {
  const chunks: GenerateChunk__Output[] = [];
  for await (const chunk of running.client.generate(tenant, request)) chunks.push(chunk);
  return chunks;
}
async function answer(request: GenerateRequest, tenant?: string) {
  const chunks = await chunksOf(request, tenant);
  return { text: chunks.map(({ text }) => text).join(''), usage: chunks.at(-1)?.usage };
}

test.each([
  ['one', SINGLE],
  ['two', asked(one, { text: ' or' }, two)],
  ['swapped', asked(two, { text: ' or' }, one)],
  ['none', asked({ text: 'What is?' })],
] as const)('%s: what transformers answers, streamed and whole', async (name, request) => {
  const { promptTokens } = expected[name];
  const streamed = await answer(request);
  expect(streamed.text).toBe(textOf(expected[name]));
  expect(streamed.usage).toMatchObject({ promptTokens, completionTokens: 24 });
  expect(await answer({ ...request, atOnce: true }, 'other')).toMatchObject({
    text: streamed.text,
  });
});

test("what one call has brought others of its tenant name, and nobody else's", async () => {
  const bytes = picture('two.png');
  const known = createHash('sha256').update(bytes).digest('hex');
  const named = asked({ text: 'What is' }, { image: { known } }, { text: '?' });
  const unseen = { cause: expect.objectContaining({ type: 'unseen-image' }) };
  await expect(answer(named, 'names')).rejects.toMatchObject(unseen);
  const brought = asked({ text: 'What is' }, { image: { bytes } }, { text: '?' });
  const { text } = await answer(brought, 'names');
  expect((await answer(named, 'names')).text).toBe(text);
  await expect(answer(named, 'another')).rejects.toMatchObject(unseen);
  const wrong = asked({ image: { known: 'cat.png' } });
  await expect(answer(wrong, 'names')).rejects.toThrow('expected a SHA-256 in hex');
});

test('several calls show a picture that is sent and looked at once', async () => {
  const bytes = picture('one.png');
  const request = asked({ text: 'What is' }, { image: { bytes } }, { text: '?' });
  const pictures = new SharedPictures();
  const texts = await Promise.all(
    Array.from({ length: 3 }, async () => {
      let text = '';
      for await (const chunk of running.client.generate('sharing', request, { pictures }))
        text += chunk.text;
      return text;
    }),
  );
  const { text } = await answer(request, 'sharing');
  expect(texts).toEqual([text, text, text]);
});

test.each([
  ['tiles', 'high'],
  ['whole', 'low'],
] as const)('%s: a model that cuts pictures sees it so in detail: %s', async (name, detail) => {
  const shown = { image: { ...one.image, detail } };
  const request = asked({ text: 'What is' }, shown, { text: '?' });
  const { text, usage } = await answer({ ...request, model: { base: 'tiled' } });
  expect(text).toBe(textOf(expected[name], 'smolvlm'));
  expect(usage).toMatchObject({ promptTokens: expected[name].promptTokens });
});

const TURN = {
  ...SINGLE,
  prompt: {
    chat: {
      messages: [
        ...(SINGLE.prompt?.chat?.messages ?? []),
        { role: 'assistant', content: 'A cat' },
        { role: 'user', content: 'Sure?' },
      ],
    },
  },
};

test('tokens are counted with pictures, whatever their text comes to', async () => {
  const asking = [SINGLE, asked(one, { text: ' or' }, two), asked({ text: 'What is?' })];
  const prompts = asking.flatMap(({ prompt }) => prompt ?? []);
  const wanted = [expected.one, expected.two, expected.none].map(
    ({ promptTokens }) => promptTokens,
  );
  const counted = await running.client.countTokens('acme', { base: 'seeing', prompts });
  expect(counted.prompts.map(({ tokens }) => tokens)).toEqual(wanted);
  const { texts } = await running.client.tokenize('acme', { base: 'seeing', prompts });
  expect(texts.map(({ ids }) => ids.length)).toEqual(wanted);
  const damaged = asked(one, { image: { bytes: picture('one.png').subarray(0, 3000) } }).prompt;
  await expect(
    running.client.countTokens('acme', { base: 'seeing', prompts: [damaged ?? {}] }),
  ).rejects.toThrow('images[1]: ');
});

test('a second turn knows the picture of the first, and reads what is new', async () => {
  const { text, usage } = await answer(TURN);
  expect(text).toBe(textOf(expected.turn));
  expect(usage?.cachedTokens).toBeGreaterThan(16);
});

test.each([
  ['grid-one', SINGLE],
  ['grid-two', asked(one, { text: ' or' }, two)],
  ['grid-turn', TURN],
] as const)(
  '%s: pictures of different sizes, placed by rows and columns',
  async (name, request) => {
    const { promptTokens } = expected[name];
    const { text, usage } = await answer({ ...request, model: { base: 'placed' } });
    expect(text).toBe(textOf(expected[name], 'qwen2-5-vl'));
    expect(usage).toMatchObject({ promptTokens });
    if (name === 'grid-turn') expect(usage?.cachedTokens).toBeGreaterThan(16);
  },
);

test('answers about placed pictures are the same beside each other, streamed and gone on with', async () => {
  const model = { base: 'placed' };
  const requests = [SINGLE, asked(one, { text: ' or' }, two), asked({ text: 'What is?' })];
  const alone: string[] = [];
  for (const request of requests) alone.push((await answer({ ...request, model })).text);
  const beside = await Promise.all(
    requests.map((request, i) => answer({ ...request, model }, `tenant-${i}`)),
  );
  expect(beside.map(({ text }) => text)).toEqual(alone);
  const tokens = (await chunksOf({ ...SINGLE, model })).flatMap(({ tokenIds }) => tokenIds);
  const resumed = await answer({ ...SINGLE, model, resume: tokens.slice(0, 9) });
  expect(textOf(expected['grid-one'], 'qwen2-5-vl').endsWith(resumed.text)).toBe(true);
  expect(resumed.text.length).toBeGreaterThan(0);
});

test('a file of the tenant is shown by its artifact', async () => {
  await running.keeper.create('acme', 'file-a');
  const hash = await running.store.scope('acme').space('file-a').put(picture('one.png'));
  const file = { space: 'file-a', hash };
  const request = asked({ text: 'What is' }, { image: { file } }, { text: '?' });
  // Its own bytes, not those that a picture of the same has left.
  await running.client.forget('acme');
  expect((await answer(request)).text).toBe(textOf(expected.one));
  await expect(answer(request, 'stranger')).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    publicMessage: 'images[0]: its file is not there any more',
  });
  await running.keeper.erase('acme', 'file-a');
  await running.client.forget('acme');
  await expect(answer(request)).rejects.toThrow('its file is not there any more');
});

test('an answer goes on at another replica to the same text', async () => {
  const tokens = (await chunksOf(SINGLE)).flatMap(({ tokenIds }) => tokenIds);
  const resumed = await answer({ ...SINGLE, resume: tokens.slice(0, 9) });
  expect(textOf(expected.one).endsWith(resumed.text)).toBe(true);
  expect(resumed.text).toHaveLength(24 - 9);
});

test('an adapter sees by its own connector and tower, as the model that it is merged into', async () => {
  const models = join(folder.path, 'models');
  const adapted = await readAdapterFolder(join(goldenRoot, 'vision-adapters', 'llava', 'tower'));
  await writeModel(await openCheckpoint(join(models, 'seeing')), {
    folder: join(models, 'merged'),
    dtype: 'F32',
    maxShardBytes: 1e9,
    adapter: readAdapter(adapted),
  });
  await running.keeper.create('acme', 'tuned');
  const files = Object.entries(adapted).map(([name, bytes]) => [name, Buffer.from(bytes)]);
  const hash = await running.store
    .scope('acme')
    .space('tuned')
    .putBundle(Object.fromEntries(files) as Record<string, Buffer>);
  const model = { base: 'seeing', adapter: { space: 'tuned', hash } };
  const merged = await answer({ ...SINGLE, model: { base: 'merged' } });
  expect((await answer({ ...SINGLE, model })).text).toBe(merged.text);
  expect(merged.text).not.toBe(textOf(expected.one));
  const turn = await answer({ ...TURN, model });
  expect(turn.text).toBe((await answer({ ...TURN, model: { base: 'merged' } })).text);
  expect(turn.usage?.cachedTokens).toBeGreaterThan(16);
  // The base model's own view, and the keys and values of it, are another.
  expect((await answer(TURN)).text).toBe(textOf(expected.turn));

  await running.keeper.erase('acme', 'tuned');
  await expect
    .poll(() => answer({ ...SINGLE, model }).catch(({ code }: { code: status }) => code))
    .toBe(status.NOT_FOUND);
});

test('completions are scored after pictures', async () => {
  const items = [one, two].map((shown) => ({
    prompt: asked({ text: 'What is' }, shown, { text: '?' }).prompt ?? {},
    completion: textOf(expected.one).slice(0, 4),
  }));
  const { scores } = await running.client.score('acme', { model: { base: 'seeing' }, items });
  expect(scores[0]?.sum).toBeGreaterThan(scores[1]?.sum ?? 0);
});

test.each([
  ['damaged', picture('one.png').subarray(0, 3000), 'image/png'],
  ['not what they are said to be', picture('one.png'), 'image/jpeg'],
  ['no picture', Buffer.from('<svg/>'), ''],
])('bytes that are %s are refused by their place', async (_, bytes, type) => {
  const wrong = asked(one, { image: { bytes, type } });
  await expect(answer(wrong)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    publicMessage: expect.stringMatching(/^images\[1\]: /),
  });
});

test('pictures beyond the context are refused before it is read', async () => {
  await expect(answer(asked(...Array.from({ length: 9 }, () => one)))).rejects.toMatchObject({
    code: status.OUT_OF_RANGE,
    message: expect.stringContaining("the model's context holds 128"),
  });
});

test('what does not go together is named', async () => {
  const { sampling } = SINGLE;
  const decoding = { strategy: 'cad', without: 'a' };
  await expect(answer({ ...SINGLE, sampling: { ...sampling, decoding } })).rejects.toThrow(
    'goes without images',
  );
  await expect(
    running.client.embed('acme', {
      model: { base: 'seeing' },
      prompts: [SINGLE.prompt ?? {}],
      pooling: 'mean',
    }),
  ).rejects.toThrow('expected one without pictures');
});
