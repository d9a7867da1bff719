// Figures as a reader wants them.

import { html, type Html, type Interpolated } from './html.js';

export type Interval = readonly [lower: number, upper: number];

/** Less is what a float adds to 0. */
const NOTHING = 1e-12;

/** With three decimals; of what would be 0 then, and is not, the order of magnitude. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (Math.abs(value) > NOTHING && Math.abs(value) < 0.0005) return minus(value.toExponential(1));
  return minus(value.toFixed(Math.abs(value) < 100 ? 3 : 1));
}

export const percent = (share: number): string => `${minus((100 * share).toFixed(0))} %`;

const minus = (text: string): string => text.replace('-', '−');

export const between = (interval: Interval): string => interval.map(figure).join(' to ');

/** A figure, its interval, and what it is to be held against. */
export const said = (
  value: Interpolated,
  interval: string | undefined,
  others: readonly string[],
): Html =>
  html`<b>${value}</b>
    ${interval === undefined ? undefined : html`<span class="interval">${interval}</span>`}
    ${others.length > 0 ? html`<small>${others.join(', ')}</small>` : undefined}`;
