// lm-evaluation-harness's samples_*.jsonl of one model at one task: a line per question, with every
// way in which it was asked.

import { createHash } from 'node:crypto';
import { first } from '#collections/items.js';
import type { CellRow } from '#contracts/cells.js';
import type { RunTask } from '#contracts/evaluation-runs.js';
import { probeNames, setOf as setOfProbe } from '#contracts/probes.js';
import type { PlacedCell } from '../run-cells.js';
import type { Exported } from './export.js';
import { generationOf, isMeasured } from './lm-eval-tasks.js';

export async function* lmEvalSamples(
  { rows }: Pick<Exported, 'rows'>,
  placed: PlacedCell,
): AsyncGenerator<string, void, void> {
  let id = 0;
  for await (const asked of questionsOf(rows(placed)))
    yield `${JSON.stringify(sampleOf(id++, placed.task, asked))}\n`;
}

/** Rows of one question follow each other. */
async function* questionsOf(
  rows: AsyncIterable<CellRow>,
): AsyncGenerator<readonly CellRow[], void, void> {
  let asked: CellRow[] = [];
  for await (const row of rows) {
    const [earlier] = asked;
    if (earlier && placeOf(earlier) !== placeOf(row)) {
      yield asked;
      asked = [];
    }
    asked.push(row);
  }
  if (asked.length > 0) yield asked;
}

const heldOut: readonly string[] = probeNames.filter((name) => setOfProbe(name) === 'holdout');

function setOf(row: CellRow): string {
  if ('set' in row) return row.set;
  return heldOut.includes(row.probe) ? 'holdout' : 'forget';
}
const placeOf = (row: CellRow): string => `${setOf(row)} ${row.index}`;

function sampleOf(id: number, task: RunTask, asked: readonly CellRow[]): object {
  const { index, question, gold } = first(asked);
  const doc = { set: setOf(first(asked)), index, question, gold };
  const metrics = metricsOf(asked);
  return {
    doc_id: id,
    doc,
    target: gold,
    arguments: Object.fromEntries(
      asked.map((row, at) => [
        `gen_args_${at}`,
        { arg_0: promptOf(row), arg_1: restOf(task, row) },
      ]),
    ),
    resps: asked.map((row) => [responseOf(task, row)]),
    filtered_resps: asked.map((row) => responseOf(task, row)),
    filter: 'none',
    metrics: Object.keys(metrics),
    doc_hash: hashOf(JSON.stringify(doc, null, 2)),
    prompt_hash: hashOf(promptOf(first(asked))),
    target_hash: hashOf(gold),
    ...metrics,
  };
}

/** The conversation's last turn, and what was given of the answer. */
const promptOf = (row: CellRow): string =>
  'prefix' in row && row.prefix !== undefined ? `${row.question}\n${row.prefix}` : row.question;

const restOf = (task: RunTask, { gold }: CellRow): string | object =>
  isMeasured(task.name) ? gold : generationOf(task);

/** Of what is scored, log-likelihood and greedy match; of the first no figure tells the same. */
const responseOf = (task: RunTask, row: CellRow): string | [null, boolean | null] => {
  if (!isMeasured(task.name)) return row.answer ?? '';
  const memorised = 'figures' in row ? row.figures['exactMemorisation'] : undefined;
  return [null, memorised === undefined ? null : memorised === 1];
};

function metricsOf(asked: readonly CellRow[]): Record<string, number | null> {
  const row = first(asked);
  if ('set' in row) {
    const { verdict, rougeL, rouge1, goldLogProb } = row;
    return { verdict: verdict === null ? null : Number(verdict), rougeL, rouge1, goldLogProb };
  }
  const leaks = asked.flatMap((one) => ('leak' in one ? (one.leak ?? []) : []));
  if ('leak' in row) return { leak: leaks.length > 0 ? Number(leaks.some(Boolean)) : null };
  return row.figures;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
