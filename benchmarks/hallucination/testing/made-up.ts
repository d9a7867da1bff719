// A folder in COCO's layout with five pictures of nothing in particular, and questions about them:
// COCO's own are not ours to commit.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zip } from '#collections/zip.js';
import { goldenRoot } from '#testing/golden.js';
import { pictureName } from '../coco-folder.js';

const pictures = ['rgb', 'wide', 'grey', 'colour-420', 'progressive'];
export const images = [42, 73, 136, 139, 1000];

const categories = [
  { id: 1, name: 'dog' },
  { id: 2, name: 'car' },
  { id: 3, name: 'pizza' },
];

/** A dog on each, a car on the first. */
const annotations = [
  ...images.map((image) => ({ image_id: image, category_id: 1 })),
  { image_id: images[0], category_id: 2 },
];

/** @returns the folder; questions of POPE are in its `pope`. */
export function writeMadeUpCoco(folder: string): string {
  for (const name of ['val2014', 'annotations', 'pope'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const [image, picture] of zip(images, pictures))
    copyFileSync(
      join(goldenRoot, 'images/files', `${picture}.jpg`),
      join(folder, 'val2014', pictureName(image)),
    );
  const json = (name: string, value: object): void =>
    writeFileSync(join(folder, 'annotations', name), JSON.stringify(value));
  json('instances_val2014.json', {
    images: images.map((id) => ({ id })),
    categories,
    annotations,
  });
  json('captions_val2014.json', {
    annotations: images.map((image) => ({ image_id: image, caption: 'A dog that sits.' })),
  });
  for (const split of ['random', 'popular', 'adversarial'])
    writeFileSync(join(folder, 'pope', `coco_pope_${split}.json`), questions());
  return folder;
}

const questions = (): string =>
  images
    .flatMap((image) =>
      [
        ['dog', 'yes'],
        ['pizza', 'no'],
      ].map(([object, label]) => ({ image, text: `Is there a ${object} in the image?`, label })),
    )
    .map(({ image, text, label }, i) =>
      JSON.stringify({ question_id: i + 1, image: pictureName(image), text, label }),
    )
    .join('\n');
