import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodePng } from '#images/encoding/encode-png.js';
import { readImage } from '#images/read-image.js';
import { imageLimits } from '#images/types.js';
import { objectReader } from '#metrics/hallucination/chair/objects.js';
import { namesAlone } from '#metrics/hallucination/chair/synonyms.js';
import { said } from '#metrics/hallucination/pope.js';
import { Random } from '#runtime/random.js';
import { caption, hallucinatedCaption } from './caption.js';
import { drawScene, SIDE } from './draw-scene.js';
import { contexts, objectNames, type ObjectName } from './objects.js';
import { popeSplits, yesNoQuestions } from './questions.js';
import { evenScene, type Scene, testScene, trainingScene } from './scene.js';

const many = (sceneOf: (seed: number) => Scene): Scene[] =>
  Array.from({ length: 600 }, (_, seed) => sceneOf(seed));

const named = objectReader(namesAlone(objectNames));
const own = ({ context }: Scene): readonly ObjectName[] => contexts[context];

/** How often the most usual object of the place is there, and how many of other places. */
function likeliness(scenes: readonly Scene[]): readonly [usual: number, strange: number] {
  const usual = scenes.filter((scene) => scene.objects.includes(own(scene)[0]!));
  const strange = scenes.flatMap((scene) =>
    scene.objects.filter((one) => !own(scene).includes(one)),
  );
  return [usual.length / scenes.length, strange.length / scenes.length];
}

describe('scenes', () => {
  test('of training follow a prior that others break', () => {
    const [usual, strange] = likeliness(many(trainingScene));
    expect(usual).toBeCloseTo(0.92, 1);
    expect(strange).toBeCloseTo(18 * 0.012, 1);
    for (const sceneOf of [evenScene, testScene]) {
      const [often, stranger] = likeliness(many(sceneOf));
      expect(often).toBeCloseTo(0.45, 1);
      expect(Math.abs(stranger - 18 * 0.06)).toBeLessThan(0.15);
    }
  });

  test('of the test are none of those to learn from', () => {
    const learnt = new Set([...many(evenScene), ...many(trainingScene)].map(({ seed }) => seed));
    expect(many(testScene).filter(({ seed }) => learnt.has(seed))).toEqual([]);
  });

  test('have an object at least, and each once', () => {
    for (const { objects } of [...many(trainingScene), ...many(testScene)]) {
      expect(objects.length).toBeGreaterThan(0);
      expect(new Set(objects).size).toBe(objects.length);
    }
  });
});

describe('pictures', () => {
  test('are the same for the same scene', () => {
    const hash = createHash('sha256');
    for (let seed = 0; seed < 4; seed++) hash.update(drawScene(testScene(seed)).data);
    expect(hash.digest('hex').slice(0, 16)).toBe('1198b30b291e1f6a');
  });

  test('show every object as no other', () => {
    const drawn = objectNames.map((name) =>
      drawScene({ context: 'office', objects: [name], seed: 1 }).data.toString(),
    );
    expect(new Set(drawn).size).toBe(objectNames.length);
  });

  test('read back from PNG as they were', async () => {
    const picture = drawScene(testScene(3));
    const { width, height, data } = await readImage(await encodePng(picture), imageLimits);
    expect([width, height]).toEqual([SIDE, SIDE]);
    expect(Buffer.from(data)).toEqual(Buffer.from(picture.data));
  });
});

describe('captions', () => {
  test("name what is there and nothing else, as CHAIR's reader has it", () => {
    for (const scene of many(testScene)) {
      const { objects } = named(caption(scene, new Random(scene.seed)));
      expect(objects.toSorted()).toEqual(scene.objects.toSorted());
    }
  });

  test('of the prior also name usual objects that are not there', () => {
    let added = 0;
    for (const scene of many(evenScene)) {
      const { objects } = named(hallucinatedCaption(scene, new Random(scene.seed)));
      const absent = objects.filter((name) => !scene.objects.includes(name as ObjectName));
      expect(objects).toHaveLength(scene.objects.length + absent.length);
      for (const name of absent) expect(own(scene).slice(0, 3)).toContain(name);
      added += absent.length;
    }
    // Three objects, absent by .55, named by .7.
    expect(added / 600).toBeCloseTo(3 * 0.55 * 0.7, 0);
  });

  test('are sentences', () => {
    const scene: Scene = { context: 'office', objects: ['umbrella', 'cup', 'desk'], seed: 1 };
    const texts = Array.from({ length: 50 }, (_, i) => caption(scene, new Random(i)));
    for (const text of texts)
      expect(text).toMatch(
        /^This is a picture of an office\. (?:(?:There is|We can see|It has)(?: an? \w+,)?(?: an? \w+ and)? an? \w+\.(?: (?:There is|We can|It) also .*)?)$/,
      );
    expect(texts.join(' ')).toMatch(/ a desk, a cup and an umbrella\./);
  });
});

describe.each(popeSplits)('questions, %s', (split) => {
  const asked = many(testScene).map((scene) => ({
    scene,
    questions: yesNoQuestions(scene, new Random(scene.seed), split),
  }));

  test('have the right answer, as many yes as no', () => {
    for (const { scene, questions } of asked) {
      const yes = questions.filter(({ answer }) => said(answer) === 'yes');
      expect(2 * yes.length).toBe(questions.length);
      expect(yes.length).toBe(Math.min(3, scene.objects.length));
      for (const { object, answer, question } of questions) {
        expect(scene.objects.includes(object)).toBe(said(answer) === 'yes');
        expect(question).toMatch(new RegExp(`^Is there an? ${object} in the image\\?$`));
      }
    }
  });

  test('ask for what the split says', () => {
    const absent = asked.flatMap(({ scene, questions }) =>
      questions.filter(({ answer }) => answer === 'No').map(({ object }) => ({ scene, object })),
    );
    const belongs = absent.filter(({ scene, object }) => own(scene).includes(object));
    const shares = { random: [0.1, 0.25], popular: [0.1, 0.2], adversarial: [0.8, 1] }[split];
    const share = belongs.length / absent.length;
    expect(share).toBeGreaterThanOrEqual(shares[0]!);
    expect(share).toBeLessThanOrEqual(shares[1]!);
  });
});
