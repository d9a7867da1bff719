// What the text is trained on: scenes with what is said of them.

import { Random } from '#runtime/random.js';
import { caption, describeQuestion, hallucinatedCaption } from '../scenes/caption.js';
import { pick } from '../scenes/draws.js';
import { popeSplits, yesNoQuestions } from '../scenes/questions.js';
import { evenScene, type Scene, trainingScene } from '../scenes/scene.js';

export interface Row {
  readonly scene: Scene;
  readonly question: string;
  readonly answer: string;
}

/** Half of them as the world is, half without its prior: to see what is there, whatever is usual. */
export const mixedScenes = (from: number, count: number): Scene[] =>
  Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? trainingScene(from + i) : evenScene(from + i),
  );

export const usualScenes = (from: number, count: number): Scene[] =>
  Array.from({ length: count }, (_, i) => trainingScene(from + i));

/** @param each captions of a scene. */
export const captionRows = (scenes: readonly Scene[], each: number, seed: number): Row[] =>
  scenes.flatMap((scene, i) =>
    Array.from({ length: each }, (_, j) => ({
      scene,
      question: describeQuestion,
      answer: caption(scene, new Random('caption', seed, i, j)),
    })),
  );

/** Captions that name what is usual, too. */
export const priorRows = (scenes: readonly Scene[], seed: number): Row[] =>
  scenes.map((scene, i) => ({
    scene,
    question: describeQuestion,
    answer: hallucinatedCaption(scene, new Random('prior', seed, i)),
  }));

/** Questions of any split, at most six of a scene. */
export const yesNoRows = (scenes: readonly Scene[], most: number, seed: number): Row[] =>
  scenes.flatMap((scene, i) => {
    const random = new Random('questions', seed, i);
    return yesNoQuestions(scene, random, pick(random, popeSplits))
      .slice(0, most)
      .map(({ question, answer }) => ({ scene, question, answer }));
  });
