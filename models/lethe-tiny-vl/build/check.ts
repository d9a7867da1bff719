// Examines the model as it lies in its folder: what it says of scenes that nothing was trained on, with
// the prior and without, greedily and by DeCo.

import { join } from 'node:path';
import { item } from '#collections/items.js';
import type { Decoding } from '#generation/decoding/strategies.js';
import { GenerationEngine } from '#generation/generation.js';
import { chairCounts, type ChairCount, chairFigures } from '#metrics/hallucination/chair/chair.js';
import { objectReader } from '#metrics/hallucination/chair/objects.js';
import { namesAlone } from '#metrics/hallucination/chair/synonyms.js';
import { type Counts, measured } from '#metrics/hallucination/paired.js';
import { popeCounts, popeFigures } from '#metrics/hallucination/pope.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import type { TensorData } from '#models/types.js';
import { Random } from '#runtime/random.js';
import { describeQuestion } from '../scenes/caption.js';
import { objectNames } from '../scenes/objects.js';
import { popeSplits, yesNoQuestions } from '../scenes/questions.js';
import { testScene } from '../scenes/scene.js';
import { shapeOf } from './shape.js';
import { promptOf } from './text.js';
import { seenScenes } from './tower.js';

const MOST_TOKENS = 96;
const PRIOR = 'prior';

interface Way {
  readonly name: string;
  readonly adapter?: string;
  readonly decoding?: Decoding;
}
const deco = (from: number, to: number, alpha: number): Decoding => ({
  strategy: 'deco',
  layers: Array.from({ length: to - from + 1 }, (_, i) => from + i),
  alpha,
  topP: 0.9,
  topK: 20,
});

/** Layers as requests name them: 6 is what the last block below the prior's leaves. */
const ways: readonly Way[] = [
  { name: 'with the prior, greedy', adapter: PRIOR },
  { name: 'with the prior, the mask alone (5 to 6, 0)', adapter: PRIOR, decoding: deco(5, 6, 0) },
  { name: 'with the prior, DeCo 5 to 6, 0.6', adapter: PRIOR, decoding: deco(5, 6, 0.6) },
  { name: 'with the prior, DeCo 4 to 6, 0.6', adapter: PRIOR, decoding: deco(4, 6, 0.6) },
  { name: 'with the prior, DeCo 5 to 6, 1.5', adapter: PRIOR, decoding: deco(5, 6, 1.5) },
  { name: 'without, greedy' },
  { name: 'without, DeCo 5 to 6, 0.6', decoding: deco(5, 6, 0.6) },
];

export interface Examined {
  readonly modelPath: string;
  readonly scenes: number;
  /** Of the first test scene: others are for choices made on the way. */
  readonly from: number;
}

/** Prints a table for captions, and one for questions. */
export async function check({ modelPath, scenes: count, from }: Examined): Promise<void> {
  const checkpoint = await openCheckpoint(modelPath);
  const tokenizer = await checkpoint.tokenizer();
  const shape = shapeOf(checkpoint.config.vocabSize);
  const { imageToken } = shape.vision;
  const scenes = Array.from({ length: count }, (_, i) => testScene(from + i));
  const features = await seenScenes(shape, await readVisionWeights(checkpoint), scenes, 'features');
  const engine = await GenerationEngine.load({ modelPath, threads: 1, maxBatch: 64 });
  await engine.loadAdapter(PRIOR, await readAdapterFolder(join(modelPath, PRIOR)));
  const ask = async (
    seen: TensorData,
    question: string,
    { adapter, decoding }: Way,
  ): Promise<string> => {
    const prompt = promptOf(tokenizer, shape, question, true);
    const asked = { prompt, imageToken, features: [seen], adapter, decoding };
    let answer = '';
    for await (const { text } of engine.generate({ ...asked, maxTokens: MOST_TOKENS }))
      answer += text;
    return answer;
  };

  const read = objectReader(namesAlone(objectNames));
  const captions = async (way: Way): Promise<Counts<ChairCount>[]> =>
    Promise.all(
      scenes.map(async (scene, i) =>
        chairCounts(
          read(await ask(item(features, i), describeQuestion, way)),
          new Set(scene.objects),
        ),
      ),
    );
  const baseline = await captions(item(ways, 0));
  console.log(`Captions of ${count} test scenes:\n`);
  for (const [i, way] of ways.entries()) {
    const images = i === 0 ? baseline : await captions(way);
    row(i === 0, way.name, measured(chairFigures, [{ images, baseline }]), i > 0);
  }

  console.log(`\nQuestions about them:\n`);
  const answers = async (way: Way, split: (typeof popeSplits)[number]) =>
    Promise.all(
      scenes.map(async (scene, i) => {
        const asked = yesNoQuestions(scene, new Random('pope', i), split);
        return Promise.all(
          asked.map(async ({ question, answer }) =>
            popeCounts(
              await ask(item(features, i), question, way),
              answer === 'Yes' ? 'yes' : 'no',
            ),
          ),
        );
      }),
    );
  for (const [i, way] of ways.filter(({ decoding }) => !decoding).entries())
    for (const [j, split] of popeSplits.entries()) {
      const images = (await answers(way, split)).flat();
      row(i + j === 0, `${way.name}, ${split}`, measured(popeFigures, [{ images }]), false);
    }
  await engine.close();
}

type Found = ReturnType<typeof measured>;

function row(isFirst: boolean, name: string, figures: Found, compares: boolean): void {
  const names = Object.keys(figures);
  if (isFirst) console.log(`|  | ${names.join(' | ')} |\n|${' --- |'.repeat(names.length + 1)}`);
  const cells = Object.values(figures).map(({ value, difference }) =>
    compares && difference
      ? `${value.toFixed(1)} [${difference.interval.map((end) => end.toFixed(1)).join(', ')}]`
      : value.toFixed(1),
  );
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
