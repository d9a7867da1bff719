// A plot as rows, each with what it is of, the marks, and the figures in words: on a narrow screen
// the marks move below. Widths are in per cent, so that no text is scaled.

import { html, type Html, type Interpolated } from '../html.js';
import { drawBar, drawGrid, drawMarks, HEIGHT, type Mark } from './marks.js';
import type { Scale } from './scale.js';

export interface PlotRow {
  readonly label: Interpolated;
  readonly marks: readonly Mark[];
  /** In place of a point, of the model after. */
  readonly bar?: { readonly value: number; readonly tone: string };
  /** What the marks say, beside them. */
  readonly said: Interpolated;
}

export interface Plot {
  readonly title: string;
  readonly scale: Scale;
  readonly threshold?: number;
  /** Of a tick. */
  readonly written: (value: number) => string;
  readonly rows: readonly PlotRow[];
}

export const plot = ({ title, scale, threshold, written, rows }: Plot): Html =>
  html` <div class="plot" role="table" aria-label="${title}">
    ${rows.map((row) => plotRow(row, scale, threshold))}
    <div class="plot-row axis" aria-hidden="true">
      <span></span><span class="marks">${axis(scale, written)}</span><span></span>
    </div>
  </div>`;

const plotRow = (row: PlotRow, scale: Scale, threshold: number | undefined): Html =>
  html` <div class="plot-row" role="row">
    <span class="label" role="rowheader">${row.label}</span>
    <span class="marks" role="presentation"
      ><svg width="100%" height="${HEIGHT}" aria-hidden="true">
        ${drawGrid(scale, threshold)} ${row.bar && drawBar(row.bar.value, scale, row.bar.tone)}
        ${drawMarks(row.marks, scale)}
      </svg></span
    >
    <span class="said" role="cell">${row.said}</span>
  </div>`;

const axis = ({ ticks, at }: Scale, written: (value: number) => string): Html =>
  html` <svg width="100%" height="16">
    ${ticks.map(
      (tick) =>
        html`<text x="${at(tick).toFixed(2)}%" y="12" text-anchor="middle">${written(tick)}</text>`,
    )}
  </svg>`;

/** What the marks stand for. @param roles that are drawn. */
export const legend = (roles: readonly (readonly [Mark['role'], string])[]): Html =>
  html` <p class="legend">
    ${roles.map(([role, name]) => html`<span><i class="key ${role}"></i>${name}</span>`)}<span
      ><i class="key interval"></i>95 % interval</span
    >
  </p>`;
