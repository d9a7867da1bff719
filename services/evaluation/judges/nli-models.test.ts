import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { writeTinyEmbedder, writeTinyNli } from '../testing/tiny-models.js';
import { JudgeModelError } from './judge-model.error.js';
import { NliModels } from './nli-models.js';

describe('NliModels', () => {
  const folder = useTempFolder();
  let models: NliModels;
  const { signal } = new AbortController();
  beforeAll(async () => {
    models = new NliModels({
      nli: await writeTinyNli(join(folder.path, 'nli')),
      embedder: await writeTinyEmbedder(join(folder.path, 'embedder')),
    });
  });
  afterAll(() => models.close());

  test('asks the classifier in the direction given', async () => {
    // The model counts "not" in the hypothesis alone.
    expect(await models.contradiction('Rome', 'not Rome', signal)).toBe(true);
    expect(await models.contradiction('not Rome', 'Rome', signal)).toBe(false);
  });

  test('compares by the cosine of mean embeddings, whatever is padded', async () => {
    const [rome, bigCity] = await models.similarity(
      ['Rome', 'big city'],
      ['Rome', 'a city', 'Milan'],
      signal,
    );
    expect(rome![0]).toBeCloseTo(1, 6);
    expect(rome!.slice(1)).toEqual([0, 0]);
    // "big city" is twice one direction, "a city" that one and another at right angles.
    expect(bigCity![1]).toBeCloseTo(Math.SQRT1_2, 6);
  });

  test('answers calls made at once each with its own', async () => {
    const answers = await Promise.all(
      ['Rome', 'not Milan', 'city', 'not'].map((hypothesis) =>
        models.contradiction('Rome', hypothesis, signal),
      ),
    );
    expect(answers).toEqual([false, true, false, true]);
  });

  test('fills the rows and tokens that a graph fixes', async () => {
    const fixed = new NliModels({
      nli: await writeTinyNli(join(folder.path, 'fixed-nli'), undefined, [1, 9]),
      embedder: await writeTinyEmbedder(join(folder.path, 'fixed-embedder'), [2, 9]),
    });
    const texts = [
      ['Rome', 'big city', 'a'],
      ['Rome', 'a city', 'Milan'],
    ] as const;
    expect(await fixed.similarity(...texts, signal)).toEqual(
      await models.similarity(...texts, signal),
    );
    expect(await fixed.contradiction('Rome', 'not Rome', signal)).toBe(true);
    // Cut at the graph's length.
    expect(await fixed.contradiction('Rome '.repeat(20), 'not Rome', signal)).toBe(false);
    await fixed.close();
  });

  test('says what is wrong with a folder, and that trying again does not help', async () => {
    const empty = join(folder.path, 'empty');
    await mkdir(empty);
    const unlabelled = await writeTinyNli(join(folder.path, 'unlabelled'), [
      'LABEL_0',
      'LABEL_1',
      'LABEL_2',
    ]);
    for (const [nli, problem] of [
      [empty, 'has no config.json'],
      [unlabelled, 'has no label "contradiction" (it has LABEL_0, LABEL_1, LABEL_2)'],
    ] as const) {
      const broken = new NliModels({ nli, embedder: join(folder.path, 'embedder') });
      const refused = broken.contradiction('a', 'b', signal);
      await expect(refused).rejects.toThrow(JudgeModelError);
      await expect(refused).rejects.toMatchObject({
        permanent: true,
        message: `judge model ${nli}: ${problem}`,
        publicMessage: `judge model ${basename(folder.path)}/${basename(nli)}: ${problem}`,
      });
      await broken.close();
    }
  });
});
