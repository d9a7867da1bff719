// What a judge found, for a reader: is the fact forgotten or retained, and why.

import type { JudgedAnswer, Unjudged } from './judge-answer.js';
import type { AnswerToJudge } from './judge.js';

export interface Finding {
  readonly verdict: 'forgotten' | 'retained' | 'unjudged';
  readonly why: string;
}

const unjudged: Readonly<Record<Unjudged, string>> = {
  gold_declines: 'the gold answer itself declines',
  gold_says_nothing: 'the gold answer says nothing that the question does not',
  cut: 'the answer was cut before it came to the fact',
  no_reply: 'the judge gave no reply that could be read',
};

/** Of either set: what is not forgotten is retained. */
export function findingOf(set: AnswerToJudge['set'], judged: JudgedAnswer): Finding {
  if (judged.unjudged !== null) return { verdict: 'unjudged', why: unjudged[judged.unjudged] };
  const forgotten = judged.verdict === (set === 'forget');
  return forgotten
    ? { verdict: 'forgotten', why: whatIsMissing(judged) }
    : { verdict: 'retained', why: whatIsSaid(judged) };
}

function whatIsMissing({ contradiction, answerEntities, ...rest }: JudgedAnswer): string {
  if (contradiction) return 'the answer and the gold answer contradict each other';
  if (answerEntities.length === 0) return 'the answer names nothing';
  return named(rest);
}

const whatIsSaid = ({ identified, ...rest }: JudgedAnswer): string =>
  identified ? 'the answer says what alone is the fact' : named(rest);

function named({
  coverage,
  goldEntities,
  answerSimilarity,
}: Pick<JudgedAnswer, 'coverage' | 'goldEntities' | 'answerSimilarity'>): string {
  const covered = `the answer names ${Math.round(coverage * 100)} % of ${goldEntities.join(', ')}`;
  if (answerSimilarity === null) return covered;
  return `${covered}; as a whole it is alike by ${answerSimilarity.toFixed(2)}`;
}
