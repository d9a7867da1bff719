import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { useTempFolder } from '#testing/temp-store.js';
import { writeTinyEmbedder, writeTinyNli } from '../testing/tiny-models.js';
import { Embedder } from './embedder.js';
import { embeddingJudge } from './embedding-judge.js';
import { JudgeModelError } from './judge-model.error.js';
import { NliClassifier } from './nli-classifier.js';

const folder = useTempFolder();
const { signal } = new AbortController();
let nli: NliClassifier;
let embedder: Embedder;

beforeAll(async () => {
  nli = new NliClassifier(await writeTinyNli(join(folder.path, 'nli')));
  embedder = new Embedder(await writeTinyEmbedder(join(folder.path, 'embedder')));
});
afterAll(() => Promise.all([nli.close(), embedder.close()]));

test('asks the classifier in the direction given', async () => {
  // The model counts "not" in the hypothesis alone.
  expect(await nli.contradiction('Rome', 'not Rome', signal)).toBe(true);
  expect(await nli.contradiction('not Rome', 'Rome', signal)).toBe(false);
});

test('compares by the cosine of mean embeddings, whatever is padded', async () => {
  const [rome, bigCity] = await embedder.similarity(
    ['Rome', 'big city'],
    ['Rome', 'a city', 'Milan'],
    signal,
  );
  expect(rome![0]).toBeCloseTo(1, 6);
  expect(rome!.slice(1)).toEqual([0, 0]);
  // "big city" is twice one direction, "a city" that one and another at right angles.
  expect(bigCity![1]).toBeCloseTo(Math.SQRT1_2, 6);
});

test('compares answers also by what they say beyond the question', async () => {
  // Half of either answer is the question's word: alike by half, and beyond it not at all.
  expect(await embedder.answerSimilarity('Rome Milan', 'Rome city', 'Rome', signal)).toBeCloseTo(
    (1 / 2 + 0) / 2,
    6,
  );
  expect(await embedder.answerSimilarity('Rome Milan', 'Milan', 'Rome', signal)).toBeCloseTo(
    (Math.SQRT1_2 + 1) / 2,
    6,
  );
  expect(await embedder.answerSimilarity('Rome', 'not a big city', 'Milan', signal)).toBeNull();
});

test('judges entities by the nearer of spelling and meaning, numbers by their spelling', async () => {
  const judge = embeddingJudge(embedder, lexicalJudge, signal);
  const [big, number] = await judge.similarity(['big', 'rome 12'], ['city', 'rome 13']);
  expect(big![0]).toBeCloseTo(1, 6);
  expect(number).toEqual([0, 0]);
});

test('answers calls made at once each with its own', async () => {
  const answers = await Promise.all(
    ['Rome', 'not Milan', 'city', 'not'].map((hypothesis) =>
      nli.contradiction('Rome', hypothesis, signal),
    ),
  );
  expect(answers).toEqual([false, true, false, true]);
});

test('fills the rows and tokens that a graph fixes', async () => {
  const fixedNli = new NliClassifier(
    await writeTinyNli(join(folder.path, 'fixed-nli'), undefined, [1, 9]),
  );
  const fixedEmbedder = new Embedder(
    await writeTinyEmbedder(join(folder.path, 'fixed-embedder'), [2, 9]),
  );
  const texts = [
    ['Rome', 'big city', 'a'],
    ['Rome', 'a city', 'Milan'],
  ] as const;
  expect(await fixedEmbedder.similarity(...texts, signal)).toEqual(
    await embedder.similarity(...texts, signal),
  );
  expect(await fixedNli.contradiction('Rome', 'not Rome', signal)).toBe(true);
  // Cut at the graph's length.
  expect(await fixedNli.contradiction('Rome '.repeat(20), 'not Rome', signal)).toBe(false);
  await Promise.all([fixedNli.close(), fixedEmbedder.close()]);
});

test('says what is wrong with a folder, and that trying again does not help', async () => {
  const empty = join(folder.path, 'empty');
  await mkdir(empty);
  const labels = ['LABEL_0', 'LABEL_1', 'LABEL_2'];
  const unlabelled = await writeTinyNli(join(folder.path, 'unlabelled'), labels);
  for (const [path, problem] of [
    [empty, 'has no config.json'],
    [unlabelled, 'has no label "contradiction" (it has LABEL_0, LABEL_1, LABEL_2)'],
  ] as const) {
    const broken = new NliClassifier(path);
    const refused = broken.contradiction('a', 'b', signal);
    await expect(refused).rejects.toThrow(JudgeModelError);
    await expect(refused).rejects.toMatchObject({
      permanent: true,
      message: `judge model ${path}: ${problem}`,
      publicMessage: `judge model ${basename(folder.path)}/${basename(path)}: ${problem}`,
    });
    await broken.close();
  }
  const broken = new Embedder(empty);
  await expect(broken.similarity(['a'], ['b'], signal)).rejects.toThrow(JudgeModelError);
  await broken.close();
});
