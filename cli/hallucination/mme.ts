// lethe metrics mme: from the files that MME's eval tool reads to the figures of its hallucination subset.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mmeWatched } from '#metrics/hallucination/benchmarks.js';
import type { ByImage } from '#metrics/hallucination/by-image.js';
import {
  mmeCounts,
  type MmeCount,
  mmeFigures,
  type MmeQuestion,
  type MmeSubtask,
  mmeSubtasks,
} from '#metrics/hallucination/mme.js';
import { measured } from '#metrics/hallucination/paired.js';
import { shiftsOf } from '#metrics/hallucination/shifts.js';
import { type Answered, pairedGroup } from './image-groups.js';
import type { HallucinationReport } from './report.js';
import { wrong } from './rows.js';

export interface MmeOptions {
  readonly answers: string;
  readonly baseline?: string;
}

export function mmeReport({ answers, baseline }: MmeOptions): HallucinationReport {
  const subtasks = mmeSubtasks.filter((subtask) => existsSync(fileOf(answers, subtask)));
  if (subtasks.length === 0)
    throw wrong(`${answers} has none of ${mmeSubtasks.map((name) => `${name}.txt`).join(', ')}`);
  const groups = subtasks.map((subtask) =>
    pairedGroup(
      readFrom(answers, subtask),
      baseline === undefined ? undefined : readFrom(baseline, subtask),
    ),
  );
  const figures = measured(mmeFigures(subtasks), groups);
  const images = groups.reduce((sum, group) => sum + group.images.length, 0);
  const missing = mmeSubtasks.filter((subtask) => !subtasks.includes(subtask));
  const warnings = [
    ...missing.map(
      (subtask) => `${fileOf(answers, subtask)} does not exist: the score is without it`,
    ),
    ...shiftsOf(figures, mmeWatched),
  ];
  return { figures, answers: 2 * images, images, warnings };
}

const readFrom = (folder: string, subtask: MmeSubtask): Answered<MmeCount> => ({
  file: fileOf(folder, subtask),
  images: readSubtask(fileOf(folder, subtask)),
});

const fileOf = (folder: string, subtask: MmeSubtask): string => join(folder, `${subtask}.txt`);

/**
 * Lines of an image, a question, the truth and an answer, apart by tabs; an image has two, one behind
 * the other.
 * @throws CommandError naming file, line and field.
 */
function readSubtask(file: string): ByImage<MmeCount> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const questions = lines.flatMap((line, i) =>
    line.trim() === '' ? [] : [questionOf(line, `${file}: line ${i + 1}`)],
  );
  const images = new Map<string, MmeQuestion[]>();
  for (const { image, ...question } of questions)
    images.set(image, [...(images.get(image) ?? []), question]);
  for (const [image, asked] of images)
    if (asked.length !== 2)
      throw wrong(`${file}: image ${image} has ${asked.length} questions, expected 2`);
  return new Map([...images].map(([image, asked]) => [image, mmeCounts(asked)]));
}

function questionOf(line: string, place: string): MmeQuestion & { readonly image: string } {
  const [image, , truth, answer] = line.split('\t');
  if (image === undefined || truth === undefined || answer === undefined)
    throw wrong(`${place}: expected image, question, truth and answer, apart by tabs`);
  const lower = truth.toLowerCase();
  if (lower !== 'yes' && lower !== 'no')
    throw wrong(`${place}, field "truth": expected yes or no, is "${truth}"`);
  return { image, truth: lower, answer };
}
