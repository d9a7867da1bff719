// The committed model: with its prior it names what is usual and not there, DeCo brings back what its
// earlier layers saw, and without the prior it sees. A fixture for the mechanism, not for its use.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { GenerationEngine } from '#generation/generation.js';
import { encodePng } from '#images/encoding/encode-png.js';
import { chairCounts, type ChairCount, chairFigures } from '#metrics/hallucination/chair/chair.js';
import { objectReader } from '#metrics/hallucination/chair/objects.js';
import { namesAlone } from '#metrics/hallucination/chair/synonyms.js';
import { type Counts, measured } from '#metrics/hallucination/paired.js';
import { popeCounts, type PopeCount, popeFigures } from '#metrics/hallucination/pope.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { Random } from '#runtime/random.js';
import { Vision } from '#vision/vision.js';
import { describeQuestion } from './scenes/caption.js';
import { drawScene } from './scenes/draw-scene.js';
import { objectNames } from './scenes/objects.js';
import { yesNoQuestions } from './scenes/questions.js';
import { type Scene, testScene } from './scenes/scene.js';

const modelPath = 'models/lethe-tiny-vl';
/** Seeds of the test scenes, in order. */
const PICTURES = 100;
/** With several questions each. */
const ASKED_ABOUT = 50;
const scenes = Array.from({ length: PICTURES }, (_, seed) => testScene(seed));

const deco = { strategy: 'deco', layers: [5, 6], alpha: 0.6, topP: 0.9, topK: 20 } as const;
const ways = {
  greedy: { adapter: 'prior' },
  mask: { adapter: 'prior', decoding: { ...deco, alpha: 0 } },
  deco: { adapter: 'prior', decoding: deco },
  plain: {},
} as const;
type Way = keyof typeof ways;

let vision: Vision;
let engine: GenerationEngine;
let ask: (scene: Scene, question: string, way: Way) => Promise<string>;

beforeAll(async () => {
  const { encode } = await seeing();
  engine = await GenerationEngine.load({ modelPath, threads: 1, maxBatch: 32 });
  await engine.loadAdapter('prior', await readAdapterFolder(join(modelPath, 'prior')));
  ask = async (scene, question, way) => {
    let text = '';
    const asked = await encode(scene, question);
    for await (const chunk of engine.generate({ ...asked, ...ways[way], maxTokens: 96 }))
      text += chunk.text;
    return text;
  };
});
afterAll(async () => {
  await engine?.close();
  await vision?.close();
});

/** Prompts with pictures that a user could send. */
async function seeing() {
  const checkpoint = await openCheckpoint(modelPath);
  const tokenizer = await checkpoint.tokenizer();
  const { imageToken } = checkpoint.config.vision!;
  const cacheBytes = 2 ** 24;
  vision = new Vision({ modelPath, device: 'cpu', threads: 1, cacheBytes, maxWaiting: PICTURES });
  const pictures = await Promise.all(scenes.map(async (scene) => encodePng(drawScene(scene))));
  return {
    encode: async (scene: Scene, question: string) => {
      const bytes = item(pictures, scenes.indexOf(scene));
      const hash = createHash('sha256').update(bytes).digest('hex');
      const { pieces, features } = await vision.look(
        { hash, isWhole: false, read: async () => ({ bytes, type: 'image/png' }) },
        { owner: '', room: 64, signal: new AbortController().signal },
      );
      const parts = [{ type: 'image' } as const, { type: 'text', text: question } as const];
      const shown = { token: imageToken, images: [pieces] };
      const messages = [{ role: 'user' as const, content: question, parts }];
      const prompt = tokenizer.encodeChat(messages, '', [], shown);
      return { prompt, imageToken, features: [features] };
    },
  };
}

const read = objectReader(namesAlone(objectNames));
const described = (way: Way): Promise<Counts<ChairCount>[]> =>
  Promise.all(
    scenes.map(async (scene) =>
      chairCounts(read(await ask(scene, describeQuestion, way)), new Set(scene.objects)),
    ),
  );

test("DeCo's CHAIRs are at least 20 below greedy's, with recall within 3, and without the prior it sees", async () => {
  const baseline = await described('greedy');
  const chairOf = async (way: Way) =>
    measured(chairFigures, [{ images: await described(way), baseline }]);
  const { CHAIRs, recall, words } = await chairOf('deco');
  expect(CHAIRs!.difference!.value).toBeLessThanOrEqual(-20);
  expect(CHAIRs!.difference!.interval[1]).toBeLessThan(0);
  expect(Math.abs(recall!.difference!.value)).toBeLessThanOrEqual(3);
  expect(Math.abs(words!.difference!.value)).toBeLessThanOrEqual(3);
  expect((await chairOf('mask'))['CHAIRs']!.difference!.value).toBe(0);
  const plain = await chairOf('plain');
  expect(plain['CHAIRs']!.value).toBeLessThanOrEqual(CHAIRs!.value);
  expect(plain['recall']!.value).toBeGreaterThanOrEqual(85);
});

test('questions are answered by what is there, as often with yes as with no', async () => {
  const answered = async (way: Way): Promise<Counts<PopeCount>[]> => {
    const asked = scenes.slice(0, ASKED_ABOUT).flatMap((scene, image) =>
      yesNoQuestions(scene, new Random('pope', image), 'adversarial').map((one) => ({
        scene,
        ...one,
      })),
    );
    return Promise.all(
      asked.map(async ({ scene, question, answer }) =>
        popeCounts(await ask(scene, question, way), answer === 'Yes' ? 'yes' : 'no'),
      ),
    );
  };
  const figures = measured(popeFigures, [{ images: await answered('plain') }]);
  expect(figures['accuracy']!.value).toBeGreaterThanOrEqual(85);
  expect(Math.abs(figures['yes ratio']!.value - 50)).toBeLessThanOrEqual(8);
  expect(figures['other']!.value).toBe(0);
});
