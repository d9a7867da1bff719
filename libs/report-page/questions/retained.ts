// The retain set: what was to be kept, and what was lost of it.

import type { ReportRow } from '#contracts/artifacts.js';
import { html, type Html } from '../html.js';
import type { PagedReport, PageInput } from '../report.js';
import { clipped, words } from '../words.js';
import { leftOut, QUESTIONS } from './bound.js';

/** Lost, not judged, kept. */
const rankOf = ({ verdict }: ReportRow): number => (verdict === null ? 1 : verdict ? 2 : 0);

/** The rows are read twice. */
export async function* retained({ before, after }: PageInput): AsyncGenerator<string, void, void> {
  const ranks: (readonly [index: number, rank: number])[] = [];
  for await (const row of retainRows(after)) ranks.push([row.index, rankOf(row)]);
  const all = ranks.toSorted(([, a], [, b]) => a - b).map(([index]) => index);
  const shown = all.slice(0, QUESTIONS);
  if (shown.length === 0) return;
  const [now, earlier] = [await rowsOf(after, shown), await rowsOf(before, shown)];
  yield html`<section id="retained">
    <h2>What was to be kept</h2>
    <p class="lead">
      The retain set, asked plainly: those first that are no longer
      answered.${leftOut(all.length - shown.length, 'The last')}
    </p>
    <div class="list">
   `.text;
  for (const index of shown) {
    const row = now.get(index);
    if (row) yield kept(row, earlier.get(index)).text;
  }
  yield '</div></section>\n';
}

async function* retainRows(report: PagedReport | undefined): AsyncGenerator<ReportRow, void, void> {
  for await (const row of report?.rows() ?? []) if (row.set === 'retain') yield row;
}

async function rowsOf(
  report: PagedReport | undefined,
  wanted: readonly number[],
): Promise<Map<number, ReportRow>> {
  const [rows, indices] = [new Map<number, ReportRow>(), new Set(wanted)];
  for await (const row of retainRows(report))
    if (indices.has(row.index)) rows.set(row.index, short(row));
  return rows;
}

const short = (row: ReportRow): ReportRow => ({
  ...row,
  question: clipped(row.question),
  gold: clipped(row.gold),
  answer: clipped(row.answer),
});

const kept = (row: ReportRow, earlier: ReportRow | undefined): Html =>
  html`<details class="question">
    <summary>
      <span class="number">${row.index + 1}</span>
      <span class="asked">${words(row.question)}</span>
      ${badge(row)}
    </summary>
    <dl class="texts">
      <div>
        <dt>Gold answer</dt>
        <dd>${words(row.gold)}</dd>
      </div>
      <div>
        <dt>After</dt>
        <dd>${words(row.answer)}</dd>
      </div>
      ${
        earlier &&
        html`<div>
          <dt>Before</dt>
          <dd>${words(earlier.answer)}</dd>
        </div>`
      }
    </dl>
  </details>`;

function badge({ verdict }: ReportRow): Html {
  if (verdict === null) return html`<span class="badge open">not judged</span>`;
  return verdict
    ? html`<span class="badge none">kept</span>`
    : html`<span class="badge leak">lost</span>`;
}
