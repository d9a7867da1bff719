// Whether rows have what a benchmark about pictures needs.

import { grouped } from '#collections/grouped.js';
import { first } from '#collections/items.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { imagesOf } from '#contracts/examples.js';
import type { SeeingName } from '#contracts/tasks.js';
import { yesNoOf } from '#contracts/yes-no.js';
import { ApiError } from '../http/api.error.js';
import type { DataSet } from '../jobs/data-set.js';
import { inTurns } from '../jobs/in-turns.js';

/**
 * @param table of the words that stand for objects, for CHAIR; the questions themselves: there is none.
 * @throws ApiError 400 naming the line, what is wrong with it, and what was expected
 */
export async function checkSeen(
  task: SeeingName,
  questions: DataSet,
  table: DataSet,
): Promise<void> {
  const words = task === 'chair' ? await wordsOf(table, questions) : undefined;
  await inTurns(questions.rows, (row) => {
    const { length: shown } = imagesOf(row.example);
    if (shown !== 1) throw wrong(questions, row, `shows ${shown} pictures: expected 1`);
    if (task === 'chair') checkObjects(questions, row, words);
    else checkLabel(questions, row);
  });
  if (task === 'mme') checkPairs(questions);
}

function checkLabel(set: DataSet, row: NumberedExample): void {
  if (yesNoOf(row.example.answer)) return;
  throw wrong(set, row, `has the label ${quoted(row.example.answer)}: expected yes or no`);
}

function checkObjects(
  set: DataSet,
  row: NumberedExample,
  words: ReadonlySet<string> | undefined,
): void {
  const { objects } = row.example;
  if (!objects)
    throw wrong(set, row, 'has no field "objects": expected a list of what is in the picture');
  const unknown = objects.find((word) => words && !words.has(word));
  if (unknown !== undefined)
    throw wrong(
      set,
      row,
      `has the object ${quoted(unknown)}: expected one of the words of 'retain', the table of synonyms`,
    );
}

/** @returns undefined where no table was given. */
async function wordsOf(table: DataSet, questions: DataSet): Promise<Set<string> | undefined> {
  if (isSame(table, questions)) return undefined;
  const words = new Set<string>();
  await inTurns(table.rows, (row) => {
    const { objects = [] } = row.example;
    if (objects.length === 0 || imagesOf(row.example).length > 0)
      throw wrong(
        table,
        row,
        'is no line of a table of synonyms: expected {"objects": [a name, other words for it]} without a picture',
      );
    for (const word of objects) words.add(word);
  });
  return words;
}

const isSame = ({ artifact: one }: DataSet, { artifact: other }: DataSet): boolean =>
  one.space === other.space && one.hash === other.hash;

/** Accuracy+ is of both questions about a picture. */
function checkPairs(set: DataSet): void {
  const asked = grouped(set.rows, ({ example }) => imagesOf(example)[0]?.file.hash);
  for (const rows of asked.values())
    if (rows.length !== 2)
      throw wrong(
        set,
        first(rows),
        `shows a picture that ${rows.length} of the rows that are asked show: expected 2, as MME has two questions about each`,
      );
}

const wrong = ({ param }: DataSet, { line }: NumberedExample, what: string): ApiError =>
  ApiError.invalid(`'${param}': line ${line} ${what}.`, param, 'invalid_value');

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));
