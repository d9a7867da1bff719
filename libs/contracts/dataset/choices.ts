// Multiple-choice questions as WMDP and MMLU have them: `choices`, and an `answer` that names one.

import type { Row } from './row.js';

const field = 'choices';

/** In their order; none where the row is no multiple-choice question. */
export function readChoices(row: Row): string[] {
  const choices = row.texts(field);
  if (choices.length === 1) return row.refuse(field, 'has 1 text: expected at least 2');
  return choices;
}

/** The right one, which the answer names by its place (from 0), its text or its letter. */
export function readChosen(row: Row, answer: string): string {
  const choices = readChoices(row);
  const given = row.get(answer);
  if (typeof given === 'string' && choices.includes(given)) return given;
  const place = typeof given === 'string' ? letters.indexOf(given.trim().toUpperCase()) : given;
  const chosen = typeof place === 'number' ? choices[place] : undefined;
  return (
    chosen ??
    row.refuse(answer, `must name one of the ${choices.length} choices: its place, letter or text`)
  );
}

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
