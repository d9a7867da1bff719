// What a benchmark's figures are: the means of its questions' own.

import { first } from '#collections/items.js';
import type { BenchmarkRow, Figure } from '#contracts/cells.js';
import { bootstrap } from '#metrics/bootstrap.js';
import { mean } from '#metrics/statistics.js';

/** Each over the questions that have it, with the bootstrap's interval. */
export async function meansOf(rows: AsyncIterable<BenchmarkRow>): Promise<Figure[]> {
  return [...(await columnsOf(rows))].map(([metric, values]) => ({
    metric,
    value: mean(values),
    interval: bootstrap([values], first),
    n: values.length,
  }));
}

async function columnsOf(rows: AsyncIterable<BenchmarkRow>): Promise<Map<string, number[]>> {
  const columns = new Map<string, number[]>();
  for await (const { figures } of rows)
    for (const [name, value] of Object.entries(figures)) {
      const column = columns.get(name) ?? [];
      column.push(value);
      columns.set(name, column);
    }
  return columns;
}
