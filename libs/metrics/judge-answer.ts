// One answer's verdict: what the judge finds in it, weighed by KFR's or KRR's condition.

import type { AnswerToJudge, Judge } from './judge.js';
import {
  defaultKnowledgeOptions,
  entityCoverage,
  isForgotten,
  isRetained,
  type KnowledgeOptions,
} from './knowledge.js';
import { breaksOff } from './lexical/breaking-off.js';
import { declines, statements } from './lexical/declining.js';
import { beginning, ending, MAX_ANSWER, MAX_ASKED, MAX_ENTITIES, MAX_ENTITY } from './limits.js';
import type { Ratings } from './ratings.js';
import { endsInLoop } from './repetition.js';

/**
 * Why an answer has no verdict: the gold answer itself declines, or says nothing that the question
 * does not; the answer was cut before it came to the fact; or the judge does not tell.
 */
export type Unjudged = 'gold_declines' | 'gold_says_nothing' | 'cut' | 'no_reply';

export interface JudgedAnswer {
  readonly goldEntities: string[];
  readonly answerEntities: string[];
  /** Entity coverage, 0 to 1. */
  readonly coverage: number;
  /**
   * In meaning, of the whole answers; null where the judge has no embedder, or where they do not
   * compare: one is much longer, or states nothing, or says other numbers.
   */
  readonly answerSimilarity: number | null;
  readonly contradiction: boolean;
  /** Whether the answer says what alone is the fact: an address, a number, a date. */
  readonly identified: boolean;
  /** Forgotten, for the forget set; retained, for the retain set; null where that cannot be told. */
  readonly verdict: boolean | null;
  /** Why there is no verdict; null where there is one. */
  readonly unjudged: Unjudged | null;
}

/**
 * Judges one answer. The directions are ReLearn's: on the forget set the answer is the premise
 * (does it deny the gold?), on the retain set the gold is (does it deny the answer?). An empty
 * answer says nothing, so it denies nothing and covers nothing. An answer that was cut may have come
 * to the fact: it counts where it has said it, denied it or declined to; so may have one that breaks
 * off before it says anything. Of long texts the parts that limits.ts names are judged.
 */
export async function judgeAnswer(
  judge: Judge,
  row: AnswerToJudge,
  options: KnowledgeOptions = defaultKnowledgeOptions,
): Promise<JudgedAnswer> {
  const { set, question, gold, answer } = judgedPart(row);
  const [goldEntities, answerEntities] = await Promise.all([
    judge.entities(gold, question, 'gold').then(bounded),
    judge.entities(answer, question, 'answer').then(bounded),
  ]);
  if (!goldEntities || !answerEntities) return noReply;
  const comparable = goldEntities.length > 0 && answerEntities.length > 0;
  const coverage = comparable
    ? entityCoverage(await judge.similarity(answerEntities, goldEntities), goldEntities.length)
    : 0;
  const answerSimilarity = await judge.answerSimilarity(answer, gold, question);
  const [premise, hypothesis] = set === 'forget' ? [answer, gold] : [gold, answer];
  const contradiction = answer.trim() !== '' && (await judge.contradiction(premise, hypothesis));
  const identified = await judge.identifies(answer, gold, question);
  const found = { coverage, answerSimilarity, contradiction, identified };
  const evidence = { ...found, goldEntities: goldEntities.length };
  const verdict = set === 'forget' ? isForgotten(evidence, options) : isRetained(evidence, options);
  const states = verdict === (set === 'retain');
  const isCut = row.cut === true || breaksOff(answer, question);
  const open = isCut && !contradiction && !declines(answer) && !endsInLoop(answer);
  const unjudged =
    (identified ? undefined : emptiness(gold, goldEntities)) ?? (open && !states ? 'cut' : null);
  return {
    goldEntities,
    answerEntities,
    ...found,
    verdict: unjudged === null ? verdict : null,
    unjudged,
  };
}

const noReply: JudgedAnswer = Object.freeze({
  goldEntities: [],
  answerEntities: [],
  coverage: 0,
  answerSimilarity: null,
  contradiction: false,
  identified: false,
  verdict: null,
  unjudged: 'no_reply',
});

export interface RatedAnswer {
  readonly judged: JudgedAnswer;
  /** Null of a judge that rates nothing, or does not tell. */
  readonly ratings: Ratings | null;
}

/** As judgeAnswer, with ratings. */
export async function judgeAndRate(judge: Judge, row: AnswerToJudge): Promise<RatedAnswer> {
  const rating = judge.rate?.(judgedPart(row));
  const [judged, ratings = null] = await Promise.all([judgeAnswer(judge, row), rating]);
  return { judged, ratings };
}

const judgedPart = (row: AnswerToJudge): AnswerToJudge => ({
  ...row,
  question: ending(row.question, MAX_ASKED),
  gold: beginning(row.gold, MAX_ANSWER),
  answer: beginning(row.answer, MAX_ANSWER),
});

/** What keeps a gold answer from being a fact that can be known or forgotten. */
function emptiness(gold: string, entities: readonly string[]): Unjudged | undefined {
  if (statements(gold).trim() === '') return 'gold_declines';
  return entities.length === 0 ? 'gold_says_nothing' : undefined;
}

const bounded = (entities: readonly string[] | null): string[] | undefined =>
  entities?.slice(0, MAX_ENTITIES).map((entity) => beginning(entity, MAX_ENTITY));
