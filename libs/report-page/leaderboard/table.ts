// One task of a leaderboard: a row per model, a column per figure.

import { first } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { Figure } from '#contracts/cells.js';
import type { AskedDecoding } from '#contracts/decoding.js';
import { higherIsBetter } from '#contracts/directions.js';
import type { CellStatus } from '#contracts/evaluation-runs.js';
import { isJudged, type TaskName } from '#contracts/tasks.js';
import { html, type Html } from '../html.js';
import { between, figure as shown } from '../numbers.js';
import { type Standing, standings } from './standing.js';

/** A model at the task. */
export interface Entry {
  readonly model: string;
  readonly task: {
    readonly name: TaskName;
    readonly judge?: string | undefined;
    readonly decoding?: AskedDecoding | undefined;
  };
  readonly status: CellStatus;
  readonly figures: readonly Figure[] | null;
}

/** @param entries at least one. */
export function taskTable(title: string, entries: readonly Entry[]): Html {
  const { task } = first(entries);
  const metrics = [...new Set(entries.flatMap(({ figures }) => namesOf(figures ?? [])))];
  const columns = metrics.map((metric) => columnOf(task.name, metric, entries));
  const rows = entries.map((entry, at) =>
    rowOf(
      entry,
      columns.map((column) => column[at]),
    ),
  );
  return html`<section>
    <h2>${title}</h2>
    ${isJudged(task.name) ? html`<p class="lead">Judged by <code>${task.judge}</code>.</p>` : undefined}
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th><button>model</button></th>
            ${metrics.map((metric) => heading(task.name, metric))}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Counts are in the other formats. */
const namesOf = (figures: readonly Figure[]): string[] =>
  figures.filter(({ interval }) => interval !== null).map(({ metric }) => metric);

interface Placed {
  readonly figure: Figure | undefined;
  readonly standing: Standing | undefined;
}

function columnOf(task: TaskName, metric: string, entries: readonly Entry[]): Placed[] {
  const figures = entries.map((entry) => entry.figures?.find((one) => one.metric === metric));
  const places = standings(figures, higherIsBetter(task, metric));
  return zip(figures, places).map(([figure, standing]) => ({ figure, standing }));
}

const arrows = { true: ' ↑', false: ' ↓', null: '' } as const;

const heading = (task: TaskName, metric: string): Html =>
  html`<th><button>${metric}${arrows[`${higherIsBetter(task, metric)}`]}</button></th>`;

const rowOf = ({ model, status }: Entry, cells: readonly (Placed | undefined)[]): Html =>
  html`<tr>
    <th data-value="${model}">${model}${status === 'succeeded' ? undefined : ` (${status})`}</th>
    ${cells.map(cellOf)}
  </tr>`;

const marks: Readonly<Record<Standing, string>> = { best: '★ ', within: '≈ ', behind: '' };

function cellOf(placed: Placed | undefined): Html {
  const { figure, standing } = placed ?? {};
  if (!figure || figure.value === null) return html`<td>–</td>`;
  const { value, interval, n } = figure;
  return html`<td class="${standing}" data-value="${value}" title="of ${n} questions">
    <b>${standing && marks[standing]}${shown(value)}</b>
    ${interval ? html`<span class="interval">${between(interval)}</span>` : undefined}
  </td>`;
}
