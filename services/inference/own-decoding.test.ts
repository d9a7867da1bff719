import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { useTempFolder } from '#testing/temp-store.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { readOwnDecoding } from './own-decoding.js';
import { inferenceVariables, startInference } from './testing/inference.js';

const folder = useTempFolder();
const modelAt = (name: string): string => join(folder.path, 'models', name);
const writeOwn = (name: string, own: unknown): Promise<void> =>
  writeFile(`${modelAt(name)}.decoding.json`, JSON.stringify(own));

const own = {
  strategy: 'deco',
  layers: [1, 2],
  alpha: 6,
  top_k: 5,
  measured: { by: 'match', rows: 40, difference: 1.5, interval: [0.2, 2.5] },
};

beforeAll(async () => {
  for (const name of ['tiny', 'wrong'])
    await writeTinyModel(modelAt(name), { weights: endlessWeights() });
  await writeOwn('tiny', own);
  await writeOwn('wrong', { ...own, layers: [1, 3] });
});

test('a base model answers by it where a call leaves it to the model, and tells it', async () => {
  const running = await startInference(inferenceVariables(folder.path));
  onTestFinished(() => running.close());
  await running.keeper.create('acme', 'model-job');
  const files = { ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 5 })) };
  const hash = await running.store.scope('acme').space('model-job').putBundle(files);
  const ask = async (sampling: object, model: object = {}) => {
    const request = {
      model: { base: 'tiny', ...model },
      prompt: { text: 'Hello' },
      sampling: { maxTokens: 8, ...sampling },
      atOnce: true,
    };
    for await (const { text, decoding } of running.client.generate('acme', request))
      return { text, decoding };
    return undefined;
  };
  const { models } = await running.client.listModels();
  expect(models.find(({ name }) => name === 'tiny')).toMatchObject({
    decoding: { strategy: 'deco', layers: { from: 1, to: 2 }, alpha: 6, topP: 0.9, topK: 5 },
    decodingMeasured: {
      by: 'match',
      rows: 40,
      difference: 1.5,
      intervalFrom: 0.2,
      intervalTo: 2.5,
    },
  });
  expect(models.find(({ name }) => name === 'wrong')?.problem).toContain('wrong.decoding.json');
  const asked = { strategy: 'deco', layers: { from: 1, to: 2 }, alpha: 6, topK: 5 };
  const byName = await ask({ decoding: asked });
  expect(byName?.decoding).toMatchObject({ steps: 8 });
  expect(await ask({ ownDecoding: true })).toEqual(byName);
  const dola = await ask({ ownDecoding: true, decoding: { strategy: 'dola' } });
  expect(dola).toEqual(await ask({ decoding: { strategy: 'dola' } }));
  // Whoever does not leave it to the model has the model as it is, and so has an adapter.
  expect((await ask({}))?.decoding).toBeNull();
  const adapter = { space: 'model-job', hash };
  expect((await ask({ ownDecoding: true }, { adapter }))?.decoding).toBeNull();
});

test.each([
  [{ ...own, layers: [1, 3] }, 'layers: expected the first and the last of layers from 0 to 2'],
  [{ ...own, layers: [2, 1] }, 'layers: must be the first and the last'],
  [{ ...own, strategy: 'dola' }, 'strategy: must be deco'],
  [{ ...own, beta: 1 }, 'beta'],
])('%j is no such file', async (wrong, message) => {
  await writeOwn('wrong', wrong);
  await expect(readOwnDecoding(modelAt('wrong'), TINY_CONFIG)).rejects.toThrow(message);
});
