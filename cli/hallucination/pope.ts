// lethe metrics pope: from POPE's questions and answers to its figures.

import { zip } from '#collections/zip.js';
import type { Row } from '#contracts/dataset/row.js';
import { popeWatched } from '#metrics/hallucination/benchmarks.js';
import { type ByImage, byImage } from '#metrics/hallucination/by-image.js';
import { measured } from '#metrics/hallucination/paired.js';
import {
  popeCounts,
  type PopeCount,
  popeFigures,
  type YesNo,
} from '#metrics/hallucination/pope.js';
import { shiftsOf } from '#metrics/hallucination/shifts.js';
import { answerOf, questionIdOf, textOf } from './fields.js';
import { type Answered, pairedGroup } from './image-groups.js';
import type { HallucinationReport } from './report.js';
import { rowsOf, wrong } from './rows.js';

export interface PopeOptions {
  readonly answers: string;
  readonly questions: string;
  readonly baseline?: string;
}

export async function popeReport(options: PopeOptions): Promise<HallucinationReport> {
  const questions = await readQuestions(options.questions);
  const read = async (file: string): Promise<Answered<PopeCount>> => ({
    file,
    images: counted(questions, await readAnswers(file, questions, options.questions)),
  });
  const own = await read(options.answers);
  const baseline = options.baseline === undefined ? undefined : await read(options.baseline);
  const figures = measured(popeFigures, [pairedGroup(own, baseline)]);
  return {
    figures,
    answers: questions.length,
    images: own.images.size,
    warnings: shiftsOf(figures, popeWatched),
  };
}

export interface PopeQuestion {
  readonly id: string | undefined;
  readonly image: string;
  readonly text: string;
  readonly label: YesNo;
}

/** POPE's own layout, and that of its copy on Hugging Face (question, answer, image_source). */
export const readQuestions = (file: string): Promise<PopeQuestion[]> =>
  rowsOf(file, (row) => ({
    id: row.has('question_id') ? questionIdOf(row) : undefined,
    image: textOf(row, ['image', 'image_source']),
    text: textOf(row, ['text', 'question']),
    label: labelOf(row),
  }));

function labelOf(row: Row): YesNo {
  const field = row.has('label') ? 'label' : 'answer';
  const label = textOf(row, ['label', 'answer']).trim().toLowerCase();
  return label === 'yes' || label === 'no' ? label : row.refuse(field, 'must be yes or no');
}

interface PopeAnswer {
  readonly id: string | undefined;
  readonly question: string | undefined;
  readonly text: string;
}

/**
 * By question: found by its question_id, or, in POPE's own layout ({question, answer}), by its place.
 * @throws CommandError where there is not one answer to each question.
 */
async function readAnswers(
  file: string,
  questions: readonly PopeQuestion[],
  questionsFile: string,
): Promise<string[]> {
  const answers = await rowsOf(file, (row): PopeAnswer => ({
    id: row.has('question_id') ? questionIdOf(row) : undefined,
    question: row.has('question') ? textOf(row, ['question']) : undefined,
    text: answerOf(row),
  }));
  const files = { file, questionsFile };
  return answers.every(({ id }) => id !== undefined) &&
    questions.every(({ id }) => id !== undefined)
    ? byId(answers, questions, files)
    : byPlace(answers, questions, files);
}

interface Files {
  readonly file: string;
  readonly questionsFile: string;
}

function byId(
  answers: readonly PopeAnswer[],
  questions: readonly PopeQuestion[],
  { file, questionsFile }: Files,
): string[] {
  const texts = new Map<string | undefined, string>();
  for (const { id, text } of answers) {
    if (texts.has(id)) throw wrong(`${file}: there are two answers with question_id ${id}`);
    texts.set(id, text);
  }
  const asked = new Set(questions.map(({ id }) => id));
  const stray = [...texts.keys()].find((id) => !asked.has(id));
  if (stray !== undefined) throw wrong(`${file}: question_id ${stray} is none of ${questionsFile}`);
  return questions.map(({ id }) => {
    const text = texts.get(id);
    if (text === undefined)
      throw wrong(`${file}: question_id ${id} of ${questionsFile} has no answer`);
    return text;
  });
}

function byPlace(
  answers: readonly PopeAnswer[],
  questions: readonly PopeQuestion[],
  { file, questionsFile }: Files,
): string[] {
  if (answers.length !== questions.length)
    throw wrong(
      `${file} has ${answers.length} answers without question_id, ${questionsFile} ${questions.length} questions: expected as many`,
    );
  return zip(answers, questions).map(([{ question, text }, asked], i) => {
    if (question !== undefined && !question.toLowerCase().includes(asked.text.toLowerCase()))
      throw wrong(`${file}: answer ${i + 1} is to "${question}", not to "${asked.text}"`);
    return text;
  });
}

const counted = (
  questions: readonly PopeQuestion[],
  answers: readonly string[],
): ByImage<PopeCount> =>
  byImage(
    zip(questions, answers).map(([{ image, label }, answer]) => [image, popeCounts(answer, label)]),
  );
