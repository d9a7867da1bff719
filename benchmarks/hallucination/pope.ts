// POPE: every row is asked whether objects are in the images.

import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { popeReport, readQuestions } from '../../cli/hallucination/pope.js';
import { wrong } from '../../cli/hallucination/rows.js';
import { chosenImages } from './chosen-images.js';
import { checkPictures, pictureName } from './coco-folder.js';
import type { Harness } from './harness.js';
import { writeLines } from './lines.js';
import { measuredSystems } from './measured-systems.js';
import type { Question } from './question.js';
import { resultsTable } from './table.js';

/** Tokens of an answer. */
export const POPE_TOKENS = 5;

interface PopeQuestion extends Question {
  readonly label: string;
}

interface Split {
  readonly name: string;
  readonly questions: readonly PopeQuestion[];
}

/**
 * @param given a file of POPE's questions, or the folder that holds coco_pope_*.json.
 * @returns a table for each file, as Markdown.
 */
export async function popeTables(harness: Harness, given: string): Promise<string> {
  const { coco, choice } = harness;
  const splits = await Promise.all(questionFiles(given).map(readSplit));
  const all = splits.flatMap(({ questions }) => questions.map(({ image }) => image));
  const images = await chosenImages(all, given, choice);
  checkPictures(coco, images);
  const chosen = new Set(images);
  const tables: string[] = [];
  for (const { name, questions } of splits) {
    const asked = questions.filter(({ image }) => chosen.has(image));
    if (asked.length > 0)
      tables.push(`## ${name}\n\n${await splitTable(harness, { name, questions: asked })}`);
  }
  return tables.join('\n\n');
}

function questionFiles(given: string): string[] {
  if (!existsSync(given))
    throw wrong(
      `${given} does not exist: --questions names a file of POPE's questions or output/coco of AoiDragon/POPE`,
    );
  if (!statSync(given).isDirectory()) return [given];
  const names = ['random', 'popular', 'adversarial'].map((split) => `coco_pope_${split}.json`);
  const files = names.map((name) => join(given, name)).filter((file) => existsSync(file));
  if (files.length === 0) throw wrong(`${given} has none of ${names.join(', ')}`);
  return files;
}

async function readSplit(file: string): Promise<Split> {
  const questions = (await readQuestions(file)).map(({ id, image, text, label }, i) => ({
    id: id ?? String(i + 1),
    image: imageOf(image, `${file}: question ${i + 1}`),
    text,
    label,
  }));
  return { name: basename(file).replace(/\.jsonl?$/, ''), questions };
}

/** The copy on Hugging Face names images without an ending. */
function imageOf(name: string, place: string): number {
  const [, digits] = /^COCO_val2014_(\d{12})(?:\.jpg)?$/.exec(name) ?? [];
  if (digits === undefined)
    throw wrong(
      `${place}, field "image": expected COCO_val2014_ and twelve digits, is "${name.slice(0, 80)}"`,
    );
  return Number(digits);
}

const rowOf = ({ id, image }: PopeQuestion) => ({ question_id: id, image: pictureName(image) });

async function splitTable(harness: Harness, { name, questions }: Split): Promise<string> {
  const folder = join(harness.folder, name);
  await mkdir(folder, { recursive: true });
  const questionsFile = join(folder, 'questions.jsonl');
  await writeLines(
    questionsFile,
    questions.map((one) => ({ ...rowOf(one), text: one.text, label: one.label })),
  );
  const rows = await measuredSystems(harness, {
    questions,
    folder,
    lineOf: (question, text) => ({ ...rowOf(question), text }),
    report: (files) => popeReport({ ...files, questions: questionsFile }),
  });
  return resultsTable(rows);
}
