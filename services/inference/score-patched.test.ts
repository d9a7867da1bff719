import { status } from '@grpc/grpc-js';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { useTempFolder } from '#testing/temp-store.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { inferenceVariables, startInference } from './testing/inference.js';

const folder = useTempFolder();

beforeAll(async () => {
  const write = (name: string, options: Parameters<typeof writeTinyModel>[1]) =>
    writeTinyModel(join(folder.path, 'models', name), options);
  const deep = { ...TINY_CONFIG, numHiddenLayers: 3 };
  await write('tiny', { weights: endlessWeights() });
  await write('twin', { weights: endlessWeights(TINY_CONFIG, 2) });
  await write('plain', { weights: endlessWeights(), chatTemplate: null });
  await write('deep', { config: deep, weights: endlessWeights(deep) });
});

async function open(extra: Record<string, string> = {}) {
  const running = await startInference(inferenceVariables(folder.path, extra));
  onTestFinished(() => running.close());
  return running;
}

const TINY = { base: 'tiny' };
const chat = { chat: { messages: [{ role: 'user', content: 'Hello' }] } };
const items = [{ prompt: chat, completion: 'Ada' }];

test('takes the states of another base with as many layers, whose tokens are the same', async () => {
  const { client } = await open();
  const score = async (asked: object) =>
    (await client.score('acme', { model: TINY, items, ...asked })).scores[0]!;
  const [plain, patched] = [await score({}), await score({ source: { base: 'twin' } })];
  expect(patched.tokenLogProbs).toEqual(plain.tokenLogProbs);
  expect(patched.patched).toHaveLength(2);
  // Read by the model's own head, which is another.
  for (const { logProbs } of patched.patched) expect(logProbs).not.toEqual(plain.tokenLogProbs);
  // Of the same weights, but without a template: of a text it has the same tokens.
  const texts = [{ prompt: { text: 'Hello' }, completion: ' Ada' }];
  const same = await score({ items: texts, source: { base: 'plain' } });
  for (const { logProbs } of same.patched) expect(logProbs).toEqual(same.tokenLogProbs);
});

test.each([
  [
    'deep',
    'source.base: expected 2 layers of 32 numbers, as "tiny" has, found "deep" with 3 layers of 32 numbers',
  ],
  [
    'plain',
    'source.base: expected a model that reads the items as "tiny" does, found "plain", which reads other tokens',
  ],
])('refuses the states of %s', async (base, publicMessage) => {
  const { client } = await open();
  const refused = client.score('acme', { model: TINY, items, source: { base } });
  await expect(refused).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, publicMessage });
});

test('says where there is never room for two adapters', async () => {
  const { client, keeper, store } = await open({ MAX_ADAPTERS: '1' });
  await keeper.create('acme', 'model-job');
  const stored = async (seed: number) => ({
    space: 'model-job',
    hash: await store
      .scope('acme')
      .space('model-job')
      .putBundle({ ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed })) }),
  });
  const [model, source] = [
    { base: 'tiny', adapter: await stored(1) },
    { base: 'tiny', adapter: await stored(2) },
  ];
  await expect(client.score('acme', { model, items, source })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    publicMessage:
      'source.adapter: expected none, as one adapter is in memory at a time (MAX_ADAPTERS)',
  });
  const { scores } = await client.score('acme', { model, items, source: TINY });
  expect(scores[0]!.patched).toHaveLength(2);
});
