// The questions of the sets asked of their other subjects: what nobody gave an answer to, and a model
// has one.

import { spread } from '#collections/spread.js';
import { type Example, imagesOf, questionOf } from '#contracts/examples.js';
import { findSubject } from '../rules/subject.js';

/** Rows that a name must be the subject of: of fewer it may be a title, or a misreading. */
const ROWS = 2;
/** What stands for the subject in a question's form. No question has it. */
const SUBJECT = '\u0000';

interface Asked {
  readonly question: string;
  readonly subject: string;
}

/** Rows that are one question and no more; whom it is about. */
function askedIn(rows: readonly Example[]): Asked[] {
  return rows.flatMap(({ messages, answer, context }) => {
    if (messages.length > 1 || context !== undefined || imagesOf({ messages }).length > 0)
      return [];
    const question = questionOf({ messages });
    const subject = findSubject(question, answer);
    return subject && question.includes(subject) ? [{ question, subject }] : [];
  });
}

const formOf = ({ question, subject }: Asked): string => question.replaceAll(subject, SUBJECT);

function subjectsOf(asked: readonly Asked[]): string[] {
  const rows = new Map<string, number>();
  for (const { subject } of asked) rows.set(subject, (rows.get(subject) ?? 0) + 1);
  return [...rows].filter(([, count]) => count >= ROWS).map(([subject]) => subject);
}

/**
 * The retain set's questions, with the name of another subject of either set: at most `count` of
 * each subject, spread over the set. None that a row has already, and none that is asked of anyone in
 * the forget set: what is to be forgotten of one may be of another.
 */
export function neighbourQuestions(
  forget: readonly Example[],
  retain: readonly Example[],
  count: number,
): string[] {
  const [secret, kept] = [askedIn(forget), askedIn(retain)];
  const known = new Set([...forget, ...retain].map(questionOf));
  const secretForms = new Set(secret.map(formOf));
  const forms = [...new Set(kept.map(formOf))].filter((form) => !secretForms.has(form));
  return subjectsOf([...secret, ...kept]).flatMap((subject) => {
    const questions = forms.map((form) => form.replaceAll(SUBJECT, subject));
    return spread(
      questions.filter((question) => !known.has(question)),
      count,
    );
  });
}
