// The answers that a row has beside its own: better ones, the same in other words, and wrong ones.

import type { Example } from '../examples.js';
import { readChoices } from './choices.js';
import type { Row } from './row.js';

type OtherAnswers = Pick<Example, 'alternates' | 'paraphrases' | 'wrong' | 'choices'>;

export const otherAnswerFields = [
  'alternate',
  'alternates',
  'paraphrased_answer',
  'perturbed_answer',
  'choices',
] as const;

/** @throws DatasetError for what is no answer. */
export function otherAnswersOf(row: Row): OtherAnswers {
  const others = {
    alternates: [...one(row, 'alternate'), ...row.texts('alternates')],
    paraphrases: oneOrMore(row, 'paraphrased_answer'),
    wrong: oneOrMore(row, 'perturbed_answer'),
    choices: readChoices(row),
  };
  return Object.fromEntries(Object.entries(others).filter(([, texts]) => texts.length > 0));
}

function one(row: Row, field: string): string[] {
  const text = row.optionalText(field);
  return text === undefined ? [] : [text];
}

const oneOrMore = (row: Row, field: string): string[] =>
  Array.isArray(row.get(field)) ? row.texts(field) : one(row, field);
