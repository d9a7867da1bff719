// What stands for a model in a plot: filled after, hollow before, a diamond for the reference.

import { html, type Html } from '../html.js';
import type { Interval } from '../numbers.js';
import type { Scale } from './scale.js';

export interface Mark {
  readonly role: 'after' | 'before' | 'reference';
  readonly value: number;
  readonly interval?: Interval | null | undefined;
}

/** Of a plot, in pixels. */
export const HEIGHT = 26;
const MIDDLE = HEIGHT / 2;

const percent = (value: number): string => `${value.toFixed(2)}%`;

/** On top of each other: the one drawn last is seen whole. */
export const drawMarks = (marks: readonly Mark[], scale: Scale): Html[] =>
  marks.map(
    (mark) => html`${whisker(mark, scale)}${shapes[mark.role](percent(scale.at(mark.value)))}`,
  );

const shapes = {
  after: (x: string) => html`<circle class="after" cx="${x}" cy="${MIDDLE}" r="5.5" />`,
  before: (x: string) => html`<circle class="before" cx="${x}" cy="${MIDDLE}" r="4.5" />`,
  reference: (x: string) =>
    html`<svg x="${x}" y="${MIDDLE}" overflow="visible">
      <path class="reference" d="M0-6 6 0 0 6-6 0z" />
    </svg>`,
} as const;

function whisker({ role, interval }: Mark, scale: Scale): Html | undefined {
  if (!interval) return undefined;
  const [from, to] = interval.map((bound) => percent(scale.at(bound)));
  return html`<line
    class="whisker ${role}"
    x1="${from}"
    x2="${to}"
    y1="${MIDDLE}"
    y2="${MIDDLE}"
  />`;
}

/** From 0 to a value. */
export const drawBar = (value: number, scale: Scale, tone: string): Html =>
  html`<rect
    class="bar ${tone}"
    x="${percent(scale.at(0))}"
    y="5"
    height="${HEIGHT - 10}"
    width="${percent(scale.at(value) - scale.at(0))}"
  />`;

/** Vertical: at every tick, heavier at 0, dashed at a threshold. */
export const drawGrid = ({ ticks, at }: Scale, threshold?: number): Html[] => [
  ...ticks.map((tick) => upright(percent(at(tick)), tick === 0 ? 'zero' : 'grid')),
  ...(threshold === undefined ? [] : [upright(percent(at(threshold)), 'threshold')]),
];

const upright = (x: string, kind: string): Html =>
  html`<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="${HEIGHT}" />`;
