// Test scenes as files in the layouts of COCO and POPE, so that `lethe metrics` reads them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '#images/encoding/encode-png.js';
import { Random } from '#runtime/random.js';
import { caption, describeQuestion } from '../../../models/lethe-tiny-vl/scenes/caption.js';
import { drawScene } from '../../../models/lethe-tiny-vl/scenes/draw-scene.js';
import { objectNames } from '../../../models/lethe-tiny-vl/scenes/objects.js';
import {
  popeSplits,
  type PopeSplit,
  yesNoQuestions,
} from '../../../models/lethe-tiny-vl/scenes/questions.js';
import { type Scene, testScene } from '../../../models/lethe-tiny-vl/scenes/scene.js';
import { jsonLines } from './lines.js';

/** A test scene, and its picture on disk. */
export interface Exhibit {
  readonly image: number;
  readonly scene: Scene;
  readonly file: string;
  readonly png: Uint8Array;
}

export const filesOf = (folder: string) => ({
  instances: join(folder, 'instances.json'),
  captions: join(folder, 'captions.json'),
  synonyms: join(folder, 'objects.txt'),
  /** A data set, as `lethe decode tune` reads it. */
  rows: join(folder, 'rows.jsonl'),
  questions: (split: PopeSplit) => join(folder, `questions-${split}.jsonl`),
});

/** The first scenes of the test. */
export async function exhibitsIn(folder: string, count: number): Promise<Exhibit[]> {
  const pictures = join(folder, 'pictures');
  mkdirSync(pictures, { recursive: true });
  const exhibits = await Promise.all(
    Array.from({ length: count }, async (_, image) => {
      const scene = testScene(image);
      const png = await encodePng(drawScene(scene));
      return { image, scene, file: join(pictures, `${image}.png`), png };
    }),
  );
  for (const { file, png } of exhibits) writeFileSync(file, png);
  writeAnnotations(folder, exhibits);
  return exhibits;
}

const json = (file: string, value: object): void => writeFileSync(file, JSON.stringify(value));

function writeAnnotations(folder: string, exhibits: readonly Exhibit[]): void {
  const files = filesOf(folder);
  json(files.instances, {
    images: exhibits.map(({ image }) => ({ id: image })),
    categories: objectNames.map((name, id) => ({ id, name })),
    annotations: exhibits.flatMap(({ image, scene }) =>
      scene.objects.map((name) => ({ image_id: image, category_id: objectNames.indexOf(name) })),
    ),
  });
  json(files.captions, {
    annotations: exhibits.map(({ image, scene }) => ({
      image_id: image,
      caption: annotation(image, scene),
    })),
  });
  writeFileSync(files.rows, jsonLines(exhibits.map(rowOf)));
  writeFileSync(files.synonyms, `${objectNames.join('\n')}\n`);
  for (const split of popeSplits)
    writeFileSync(files.questions(split), jsonLines(popeRows(exhibits, split)));
}

const annotation = (image: number, scene: Scene): string =>
  caption(scene, new Random('annotation', image));

const rowOf = ({ image, scene }: Exhibit) => ({
  question: describeQuestion,
  images: [`pictures/${image}.png`],
  answer: annotation(image, scene),
});

export interface PopeRow {
  readonly question_id: string;
  readonly image: string;
  readonly text: string;
  readonly label: string;
}

/** Every split asks for the same objects that are there. */
export const popeRows = (exhibits: readonly Exhibit[], split: PopeSplit): PopeRow[] =>
  exhibits.flatMap(({ image, scene }) =>
    yesNoQuestions(scene, new Random('pope', image), split).map(({ object, question, answer }) => ({
      question_id: `${image}-${object}`,
      image: `${image}.png`,
      text: question,
      label: answer.toLowerCase(),
    })),
  );
