// CHAIR: every row describes the images; what it names is held against COCO's annotations.

import { first } from '#collections/items.js';
import { readTruth } from '../../cli/hallucination/chair-truth.js';
import { chairReport, readSynonyms } from '../../cli/hallucination/chair.js';
import { readInstances } from '../../cli/hallucination/coco.js';
import { chosenImages } from './chosen-images.js';
import { checkPictures, pictureName } from './coco-folder.js';
import type { Harness } from './harness.js';
import { measuredSystems } from './measured-systems.js';
import { published } from './published.js';
import { resultsTable } from './table.js';

const PROMPT = 'Please describe this image in detail.';

/** Tokens of an answer. */
export const CHAIR_TOKENS = 512;

/**
 * @param synonyms a file of the words that stand for an object, for figures that compare with papers'.
 * @returns the tables, as Markdown.
 */
export async function chairTables(harness: Harness, synonyms: string | undefined): Promise<string> {
  const { coco, choice } = harness;
  const file = first(coco.instances);
  const { images: all } = await readInstances(file, new Set());
  const images = await chosenImages(all, file, choice);
  checkPictures(coco, images);
  // Before anything is asked: what is wrong with these files shows now, not after a day.
  const truth = await readTruth(
    new Set(images),
    coco,
    synonyms === undefined ? undefined : readSynonyms(synonyms),
  );
  const questions = images.map((image) => ({ id: String(image), image, text: PROMPT }));
  const rows = await measuredSystems(harness, {
    questions,
    folder: harness.folder,
    lineOf: ({ image }, caption) => ({ image_id: image, image: pictureName(image), caption }),
    report: (files) =>
      chairReport({ ...coco, ...files, ...(synonyms && { synonyms }) }, async () => truth),
  });
  return resultsTable(rows, published);
}
