// CHAIR: every row describes the images; what it names is held against COCO's annotations.

import { join } from 'node:path';
import { first } from '#collections/items.js';
import { required } from '#collections/required.js';
import { readTruth } from '../../cli/hallucination/chair-truth.js';
import { chairReport, readSynonyms } from '../../cli/hallucination/chair.js';
import { readInstances } from '../../cli/hallucination/coco.js';
import { askAll } from './ask-all.js';
import { chosenImages } from './chosen-images.js';
import { checkPictures, pictureName } from './coco-folder.js';
import type { Harness } from './harness.js';
import { writeLines } from './lines.js';
import { published } from './published.js';
import { resultsTable, type Row } from './table.js';

const PROMPT = 'Please describe this image in detail.';

/** Tokens of an answer. */
export const CHAIR_TOKENS = 512;

/**
 * @param synonyms a file of the words that stand for an object, for figures that compare with papers'.
 * @returns the tables, as Markdown.
 */
export async function chairTables(
  { client, asked, systems, coco, choice, folder }: Harness,
  synonyms: string | undefined,
): Promise<string> {
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
  const rows: Row[] = [];
  for (const system of systems) {
    const kept = join(folder, 'kept', `${system.id}.jsonl`);
    const captions = await askAll(client, asked, system, questions, coco, kept);
    const answers = join(folder, `${system.id}.jsonl`);
    await writeLines(
      answers,
      questions.map(({ id, image }) => ({
        image_id: image,
        image: pictureName(image),
        caption: required(captions, id),
      })),
    );
    const baseline = rows.length > 0 ? join(folder, `${first(systems).id}.jsonl`) : undefined;
    const given = {
      ...coco,
      answers,
      ...(baseline && { baseline }),
      ...(synonyms && { synonyms }),
    };
    rows.push({ system, report: await chairReport(given, async () => truth) });
  }
  return resultsTable(rows, published);
}
