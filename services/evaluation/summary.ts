// A report's figures, from its rows.

import type { MeanRatings, ReportRow, Summary } from '#contracts/artifacts.js';
import type { Figure } from '#contracts/cells.js';
import { metrics } from './metrics/index.js';
import type { Figures, SetName, Sets } from './metrics/metric.js';

/** @param rows their figures alone are kept in memory. */
export async function setsOf(rows: AsyncIterable<ReportRow> | Iterable<ReportRow>): Promise<Sets> {
  const sets: Record<SetName, Figures[]> = { forget: [], retain: [] };
  for await (const row of rows) sets[row.set].push(figuresOfRow(row));
  return sets;
}

const texts: ReadonlySet<string> = new Set<keyof ReportRow>([
  'question',
  'messages',
  'gold',
  'answer',
  'goldEntities',
  'answerEntities',
]);

const figuresOfRow = (row: ReportRow): Figures =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !texts.has(name))) as Figures;

/** @param sets at least one row of each. */
export const summarize = (sets: Sets): Summary => metrics.summary(sets);

/** The summary figure by figure. */
export function figuresOf(sets: Sets): Figure[] {
  const { ratingsForget, ratingsRetain, ...summary } = metrics.summary(sets);
  const values = new Map<string, unknown>(Object.entries(summary));
  const figures = [...values].flatMap(([metric, value]): Figure[] => {
    if (Array.isArray(value)) return [];
    const interval = (values.get(`${metric}Interval`) as Figure['interval'] | undefined) ?? null;
    return [{ metric, value: numberOf(value), interval, n: questionsOf(metric, sets) }];
  });
  return [
    ...figures,
    ...ratingsOf('Forget', ratingsForget, sets.forget.length),
    ...ratingsOf('Retain', ratingsRetain, sets.retain.length),
  ];
}

/** Of counts by reason, all of them. */
const numberOf = (value: unknown): number | null =>
  typeof value === 'object' && value !== null
    ? Object.values(value as Record<string, number>).reduce((sum, count) => sum + count, 0)
    : (value as number | null);

function questionsOf(metric: string, { forget, retain }: Sets): number {
  const rows = metric === 'krr' || metric.endsWith('Retain') ? retain : forget;
  const isJudged = metric === 'kfr' || metric === 'krr';
  return isJudged ? rows.filter(({ verdict }) => verdict !== null).length : rows.length;
}

/** Such as `fluencyForget`; none of a judge that rates nothing. */
function ratingsOf(set: string, ratings: MeanRatings | null, questions: number): Figure[] {
  if (!ratings) return [];
  const { unrated, ...means } = ratings;
  const n = questions - unrated;
  return [
    ...Object.entries(means).map(([name, { mean: value, interval }]) => ({
      metric: `${name}${set}`,
      value,
      interval,
      n,
    })),
    { metric: `unrated${set}`, value: unrated, interval: null, n: questions },
  ];
}
