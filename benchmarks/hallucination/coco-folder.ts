// A folder of COCO 2014 as its authors publish it: val2014/ and annotations/.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { wrong } from '../../cli/hallucination/rows.js';

export interface CocoFolder {
  /** Of val2014, then of train2014 where they are there. */
  readonly instances: readonly string[];
  readonly captions: readonly string[];
  /** The path of an image of val2014. */
  readonly picture: (image: number) => string;
}

export const pictureName = (image: number): string =>
  `COCO_val2014_${String(image).padStart(12, '0')}.jpg`;

/** Looks at nothing yet: POPE needs no annotations. @throws CommandError for a folder that is none. */
export function cocoFolder(folder: string): CocoFolder {
  if (!existsSync(join(folder, 'val2014')))
    throw wrong(
      `${join(folder, 'val2014')} does not exist: --coco names the folder that val2014.zip and annotations_trainval2014.zip of cocodataset.org are unpacked in`,
    );
  return {
    instances: annotations(folder, 'instances'),
    captions: annotations(folder, 'captions'),
    picture: (image) => join(folder, 'val2014', pictureName(image)),
  };
}

function annotations(folder: string, kind: string): string[] {
  const [val, train] = ['val', 'train'].map((part) =>
    join(folder, 'annotations', `${kind}_${part}2014.json`),
  ) as [string, string];
  return existsSync(train) ? [val, train] : [val];
}

/** @throws CommandError naming a picture that is not there, and how many are not. */
export function checkPictures({ picture }: CocoFolder, images: readonly number[]): void {
  const missing = images.filter((image) => !existsSync(picture(image)));
  const [example] = missing;
  if (example !== undefined)
    throw wrong(
      `${picture(example)} does not exist: ${missing.length} of ${images.length} pictures are missing`,
    );
}
