// The figures that there are. Where one of the report's schemas (libs/contracts) has no metric here,
// this does not compile; a metric of a figure that the schemas do not have does not either.

import type { RatedAnswer } from '#metrics/judge-answer.js';
import { brunet } from './brunet.js';
import { finish } from './finish.js';
import { goldLogProb } from './gold-log-prob.js';
import { honore } from './honore.js';
import { images } from './images.js';
import { knowledge } from './knowledge.js';
import { linguisticScore } from './linguistic-score.js';
import { loops } from './loops.js';
import type {
  AnswerFigures,
  ScoredAnswer,
  Sets,
  SummaryFigures,
  VerdictFigures,
} from './metric.js';
import { perplexity } from './perplexity.js';
import { ratings } from './ratings.js';
import { rouge } from './rouge.js';

export const metrics = {
  /** In the order in which a row of a report has them. */
  row: (answer: ScoredAnswer) =>
    ({
      ...finish.row(answer),
      ...loops.row(answer),
      ...perplexity.row(answer),
      ...goldLogProb.row(answer),
      ...rouge.row(answer),
      ...brunet.row(answer),
      ...honore.row(answer),
    }) satisfies AnswerFigures,
  verdict: (rated: RatedAnswer) =>
    ({ ...knowledge.verdict(rated), ...ratings.verdict(rated) }) satisfies VerdictFigures,
  summary: (sets: Sets) =>
    ({
      ...knowledge.summary(sets),
      ...finish.summary(sets),
      ...loops.summary(sets),
      ...images.summary(sets),
      ...goldLogProb.summary(sets),
      ...linguisticScore.summary(sets),
      ...rouge.summary(sets),
      ...ratings.summary(sets),
    }) satisfies SummaryFigures,
};
