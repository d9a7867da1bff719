// The figures of an evaluation run as one HTML document: models side by side, a table per task. With
// nothing to load.

import { first } from '#collections/items.js';
import { decodingWords } from '#contracts/decoding.js';
import { headOf } from '../head.js';
import { html, type Html } from '../html.js';
import { colours } from '../styles/colours.js';
import { paper } from '../styles/paper.js';
import { tables } from '../styles/tables.js';
import { text } from '../styles/text.js';
import { looks } from './looks.js';
import { sorting, sortingHash } from './sorting.js';
import { type Entry, taskTable } from './table.js';

/** Model by model, task by task. */
export type LeaderboardCell = Entry & { readonly task_index: number };

export function leaderboard(run: string, cells: readonly LeaderboardCell[]): string {
  const tasks = [...new Set(cells.map(({ task_index: index }) => index))];
  const done = cells.filter(({ status }) => status === 'succeeded').length;
  return page(
    run,
    html`<p class="lead">
        ${done} of ${cells.length} cells have succeeded. ↑ more is better, ↓ less is, for a model
        that is to forget the one set and to know the other. ★ is the best of its column; of ≈ the
        interval at 95 % overlaps the best's: that difference may be chance. A heading sorts.
      </p>
      ${tasks.map((task) => {
        const entries = cells.filter(({ task_index: index }) => index === task);
        const { name, decoding } = first(entries).task;
        const title = [`${task} ${name}`, ...(decoding ? [decodingWords(decoding)] : [])];
        return taskTable(title.join(': '), entries);
      })}`,
  ).text;
}

const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src ${sortingHash}; img-src data:; base-uri 'none'; form-action 'none'`;

const style = html`${colours}${text}${tables}${paper}${looks}`;

const page = (run: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      ${headOf(`Evaluation run ${run}`, POLICY, style)}
      <body>
        <main>
          <h1>Evaluation run ${run}</h1>
          ${body}
        </main>
        ${sorting}
      </body>
    </html> `;
