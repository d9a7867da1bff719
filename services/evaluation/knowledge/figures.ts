// Figures of answers from a knowledge base, of all test questions and of each kind.

import {
  type KnowledgeFigure,
  knowledgeSets,
  type KnowledgeRow,
} from '#contracts/knowledge-report.js';
import { leakage } from '#metrics/grounding/leakage.js';
import { candidateRecall, linkFigures } from '#metrics/grounding/links.js';
import { type Measured, meanOf } from '#metrics/grounding/measured.js';
import { refusalFigures } from '#metrics/grounding/refusals.js';
import { textFigures } from '#metrics/grounding/texts.js';
import { NO_THRESHOLD } from '#metrics/grounding/threshold.js';

const RECALLED = [1, 5, 20];

/** @param rows as they were answered: with the thresholds that were chosen. */
export const figuresOf = (rows: readonly KnowledgeRow[]): KnowledgeFigure[] =>
  knowledgeSets.flatMap((set) => {
    const own = set === 'all' ? rows : rows.filter(({ split }) => split === set);
    return own.length === 0 ? [] : namedFigures(set, own);
  });

const namedFigures = (
  set: KnowledgeFigure['set'],
  rows: readonly KnowledgeRow[],
): KnowledgeFigure[] =>
  Object.entries(measuredOf(rows))
    .filter(([, { n }]) => n > 0)
    .map(([metric, measured]) => ({ set, metric, ...measured }));

function measuredOf(rows: readonly KnowledgeRow[]): Record<string, Measured> {
  const closed = rows.flatMap(({ row, closed: said }) =>
    said && row.length > 0
      ? [{ before: { row, said: said.before.said }, after: { row, said: said.after.said } }]
      : [],
  );
  const { before, after, difference } = leakage(closed);
  const rated = rows.flatMap(({ ratings }) => ratings ?? []);
  const { precision, recall, ...refusals } = refusalFigures(rows, NO_THRESHOLD);
  return {
    ...linkFigures(rows),
    ...Object.fromEntries(RECALLED.map((k) => [`recallAt${k}`, candidateRecall(rows, k)])),
    ...refusals,
    refusalPrecision: precision,
    refusalRecall: recall,
    ...textFigures(rows.filter(({ isGrounded }) => isGrounded)),
    llmHelpfulness: meanOf(rated.map(({ helpfulness }) => helpfulness)),
    llmHarmlessness: meanOf(rated.map(({ harmlessness }) => harmlessness)),
    closedBookBefore: before,
    closedBookAfter: after,
    leakage: difference,
  };
}
