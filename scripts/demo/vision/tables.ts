// What the demo measured, as tables of a terminal.

import pc from 'picocolors';
import { required } from '#collections/required.js';
import type { Measured } from '#metrics/hallucination/paired.js';
import type { Row } from '../../../benchmarks/hallucination/table.js';
import { shown, table } from '../../../cli/output.js';
import { type PopeSplit, popeSplits } from '../../../models/lethe-tiny-vl/scenes/questions.js';
import type { Exhibit } from './exhibits.js';
import type { Judged } from './judging.js';
import { marked } from './marked.js';
import { ways } from './ways.js';

/** Objects that are not in the picture stand between stars. */
export function captionTable(exhibits: readonly Exhibit[], { captions }: Judged): string {
  const said = ways.filter(({ id }) => id !== 'mask');
  const rows = exhibits.map(({ image, scene }) => [
    `${image}.png`,
    scene.objects.join(', '),
    ...said.map(({ id }) => {
      const caption = required(required(captions, id), String(image));
      const pieces = marked(shown(caption), scene.objects);
      return pieces
        .map(({ text, isThere }) => (isThere === false ? pc.red(`*${text}*`) : text))
        .join('');
    }),
  ]);
  return table(['picture', 'has', ...said.map(({ name }) => name)], rows, [9, 16, 28, 28, 28]);
}

export const chairTable = (rows: readonly Row[]): string =>
  table(
    ['CHAIR', ...chairFigures, 'CHAIRs to greedy', 'recall to greedy'],
    rows.map(({ system, report: { figures } }) => [
      system.name,
      ...chairFigures.map((name) => value(required(figures, name))),
      ...['CHAIRs', 'recall'].map((name) => change(required(figures, name))),
    ]),
  );

export const popeTable = (pope: Judged['pope']): string =>
  table(
    ['POPE', ...popeFigures, 'accuracy to greedy', 'yes ratio to greedy'],
    popeSplits.flatMap((split) => splitRows(split, pope[split])),
  );

const splitRows = (split: PopeSplit, rows: readonly Row[]): string[][] =>
  rows.map(({ system, report: { figures } }) => [
    `${split}: ${system.name}`,
    ...popeFigures.map((name) => value(required(figures, name))),
    ...['accuracy', 'yes ratio'].map((name) => change(required(figures, name))),
  ]);

/** Where a gain comes with a shift that could make it. */
export const warningsOf = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ system, report }) => report.warnings.map((text) => `${system.name}: ${text}`));

/** In percent; words a caption. */
export const chairFigures = ['CHAIRs', 'CHAIRi', 'recall', 'words'] as const;
export const popeFigures = ['accuracy', 'F1', 'yes ratio'] as const;

export const value = ({ value: one, interval }: Measured): string =>
  Number.isNaN(one) ? '-' : `${one.toFixed(1)} ${bounds(interval, whole)}`;

export const change = ({ difference }: Measured): string =>
  !difference || Number.isNaN(difference.value)
    ? ''
    : `${signed(difference.value, 1)} ${bounds(difference.interval, (end) => signed(end, 0))}`;

const bounds = (interval: Measured['interval'], shownEnd: (end: number) => string): string =>
  `[${interval.map(shownEnd).join(', ')}]`;
const whole = (end: number): string => end.toFixed(0);
function signed(one: number, digits: number): string {
  const text = one.toFixed(digits);
  if (Number(text) === 0) return (0).toFixed(digits);
  return one > 0 ? `+${text}` : text;
}
