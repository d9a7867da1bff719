// lethe metrics chair: from captions and COCO's files to CHAIR's figures.

import { readFileSync } from 'node:fs';
import { required } from '#collections/required.js';
import { chairWatched } from '#metrics/hallucination/benchmarks.js';
import { type ByImage, byImage } from '#metrics/hallucination/by-image.js';
import { chairCounts, type ChairCount, chairFigures } from '#metrics/hallucination/chair/chair.js';
import { objectReader } from '#metrics/hallucination/chair/objects.js';
import { parseSynonyms, type Synonyms } from '#metrics/hallucination/chair/synonyms.js';
import { measured } from '#metrics/hallucination/paired.js';
import { shiftsOf } from '#metrics/hallucination/shifts.js';
import { type Truth, readTruth } from './chair-truth.js';
import { answerOf, imageIdOf } from './fields.js';
import { pairedGroup } from './image-groups.js';
import type { HallucinationReport } from './report.js';
import { rowsOf, wrong } from './rows.js';

export interface ChairOptions {
  readonly answers: string;
  readonly instances: readonly string[];
  readonly captions: readonly string[];
  readonly baseline?: string;
  readonly synonyms?: string;
}

const NAMES_ALONE =
  "without --synonyms the categories' names alone are objects, so these figures do not compare with those of papers";

/** @param truthOf reads the truth; who has it already, for many files of answers, gives it. */
export async function chairReport(
  options: ChairOptions,
  truthOf: typeof readTruth = readTruth,
): Promise<HallucinationReport> {
  const answers = await readAnswers(options.answers);
  const before = options.baseline === undefined ? undefined : await readAnswers(options.baseline);
  const images = new Set([answers, before ?? []].flat().map(({ image }) => image));
  const synonyms = readSynonyms(options.synonyms);
  const truth = await truthOf(images, options, synonyms);
  const own = { file: options.answers, images: counted(answers, truth) };
  const baseline = before && { file: String(options.baseline), images: counted(before, truth) };
  const figures = measured(chairFigures, [pairedGroup(own, baseline)]);
  const warnings = [...(synonyms ? [] : [NAMES_ALONE]), ...shiftsOf(figures, chairWatched)];
  return { figures, answers: answers.length, images: own.images.size, warnings };
}

/** @throws CommandError for a file without any. */
export function readSynonyms(file: string | undefined): Synonyms | undefined {
  if (file === undefined) return undefined;
  const synonyms = parseSynonyms(readFileSync(file, 'utf8'));
  if (synonyms.size === 0)
    throw wrong(`${file} has no synonyms: expected a line of words per object`);
  return synonyms;
}

interface CaptionAnswer {
  readonly image: number;
  readonly caption: string;
}

const readAnswers = (file: string): Promise<CaptionAnswer[]> =>
  rowsOf(file, (row) => ({ image: imageIdOf(row), caption: answerOf(row) }));

function counted(
  answers: readonly CaptionAnswer[],
  { synonyms, objects }: Truth,
): ByImage<ChairCount> {
  const read = objectReader(synonyms);
  return byImage(
    answers.map(({ image, caption }) => [
      String(image),
      chairCounts(read(caption), required(objects, image)),
    ]),
  );
}
