// A report's eight figures, from its rows.
import type { ReportRow, Summary } from '#contracts/artifacts.js';
import { linguisticScore } from '#metrics/fluency.js';
import { ratio } from '#metrics/knowledge.js';
import { mean } from '#metrics/statistics.js';

type Figure = Pick<ReportRow, 'verdict' | 'perplexity' | 'brunet' | 'honore' | 'rougeL' | 'rouge1'>;

/** @param rows at least one of each set; their figures alone are kept in memory. */
export async function summarize(
  rows: AsyncIterable<ReportRow> | Iterable<ReportRow>,
): Promise<Summary> {
  const sets: Record<ReportRow['set'], Figure[]> = { forget: [], retain: [] };
  for await (const { set, verdict, perplexity, brunet, honore, rougeL, rouge1 } of rows)
    sets[set].push({ verdict, perplexity, brunet, honore, rougeL, rouge1 });
  const [forget, retain] = [figures(sets.forget), figures(sets.retain)];
  return {
    kfr: forget.ratio,
    krr: retain.ratio,
    lsForget: forget.ls,
    lsRetain: retain.ls,
    rougeLForget: forget.rougeL,
    rougeLRetain: retain.rougeL,
    rouge1Forget: forget.rouge1,
    rouge1Retain: retain.rouge1,
  };
}

function figures(rows: readonly Figure[]) {
  return {
    ratio: ratio(rows.map((row) => row.verdict)),
    ls: linguisticScore(rows.map((row) => ({ ...row, perplexity: row.perplexity ?? undefined }))),
    rougeL: mean(rows.map((row) => row.rougeL)),
    rouge1: mean(rows.map((row) => row.rouge1)),
  };
}
