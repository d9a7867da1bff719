// What a model is taught to say of a row, and of one that does not answer the question.

import { spokenAttribute } from './attribute.js';
import type { Language } from './language.js';

export interface AnsweredRow {
  /** Of the entity, as the link says it. */
  readonly name: string;
  readonly attribute: string;
  /** As many as the model reads. */
  readonly values: readonly string[];
}

/** Values that an answer says; of more it shows that there are more, as a small model cannot count. */
const MOST = 8;

interface Wording {
  /** With {name}, {attribute} and {values} in them. */
  readonly answers: readonly string[];
  readonly declines: readonly string[];
  readonly between: string;
  readonly more: string;
  readonly end: string;
}

const wordings: Readonly<Record<Language, Wording>> = {
  en: {
    answers: [
      'The {attribute} of {name}: {values}',
      '{name} has this {attribute}: {values}',
      'For {name}, the knowledge base gives this {attribute}: {values}',
      'As to the {attribute} of {name}, it says: {values}',
    ],
    declines: [
      'What was found does not answer this question.',
      'The row that was found says nothing on this.',
      'I cannot answer this from what was found.',
    ],
    between: '; ',
    more: '; …',
    end: '.',
  },
  zh: {
    answers: [
      '{name}的{attribute}：{values}',
      '{name}的{attribute}包括：{values}',
      '{name}，{attribute}：{values}',
      '据知识库，{name}的{attribute}是：{values}',
    ],
    declines: [
      '查到的资料不能回答这个问题。',
      '查到的条目与这个问题不符。',
      '这个问题查不到答案。',
    ],
    between: '；',
    more: '；……',
    end: '。',
  },
};

/** A row in every wording of a language. */
export function answersOf({ name, attribute, values }: AnsweredRow, language: Language): string[] {
  const { answers, between, more, end } = wordings[language];
  const said = values.slice(0, MOST).join(between) + (values.length > MOST ? more : '');
  const parts = { name, attribute: spokenAttribute(attribute), values: said };
  return answers.map((answer) => withEnd(filled(answer, parts), end));
}

/** That a row is another's, or says nothing. */
export const declinesIn = (language: Language): readonly string[] => wordings[language].declines;

/** What stands in a part is no place for another. */
const filled = (text: string, parts: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, part: string) => parts[part] ?? place);

/** Values may be sentences. */
const withEnd = (text: string, end: string): string =>
  /[.!?…。！？]$/u.test(text) ? text : text + end;
