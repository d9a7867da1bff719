// Figures of systems on the labelled questions, a system a row.

import { item } from '#collections/items.js';
import type { Linked, Spoken } from '#metrics/grounding/answer.js';
import { linkFigures } from '#metrics/grounding/links.js';
import type { Measured } from '#metrics/grounding/measured.js';
import { refusalFigures } from '#metrics/grounding/refusals.js';
import { textFigures } from '#metrics/grounding/texts.js';
import { NO_THRESHOLD } from '#metrics/grounding/threshold.js';
import { figure, heading, tableRow } from '../markdown.js';
import type { Labelled } from './labelled.js';

export interface System {
  readonly name: string;
  /** In the order of the questions; none of a model that names no rows. */
  readonly answers: readonly (Labelled & Linked)[];
  /** What was said where something was answered; absent of a linker. */
  readonly spoken?: readonly Spoken[];
}

const columns: Readonly<Record<string, (system: System) => string>> = {
  'entity, exact': ({ answers }) => count(linkFigures(kindOf(answers, 'exact')).entity),
  synonym: ({ answers }) => count(linkFigures(kindOf(answers, 'synonym')).entity),
  both: ({ answers }) => figure(linkFigures(kindOf(answers, 'exact', 'synonym')).entity.value),
  family: ({ answers }) => count(linkFigures(kindOf(answers, 'family')).entity),
  attribute: ({ answers }) => withInterval(linkFigures(answers).attribute),
  'row, answerable': ({ answers }) => withInterval(linkFigures(answerable(answers)).row),
  'absent answered': ({ answers }) => count(refusals(answers).absentAnswered),
  precision: ({ answers }) => withInterval(refusals(answers).answerPrecision),
  coverage: ({ answers }) => withInterval(refusals(answerable(answers)).coverage),
  'AUROC, right links': ({ answers }) => withInterval(refusals(answers).linkAuroc),
  'values said': ({ spoken = [] }) => withInterval(textFigures(spoken).valueRecall),
  'made up': ({ spoken = [] }) => count(textFigures(spoken).hallucinated),
  guarded: ({ spoken = [] }) => count(textFigures(spoken).guarded),
  cited: ({ spoken = [] }) => count(textFigures(spoken).citationCorrect),
};

/** Without columns in which no system has a figure. */
export function systemsTable(systems: readonly System[]): string {
  const told = Object.entries(columns)
    .map(([name, column]) => [name, ...systems.map(column)])
    .filter(([, ...cells]) => cells.some((cell) => cell !== NONE));
  const rowAt = (at: number): string[] => told.map((cells) => item(cells, at));
  return [
    heading(['', ...rowAt(0)]),
    ...systems.map(({ name }, i) => tableRow([name, ...rowAt(i + 1)])),
  ].join('\n');
}

const NONE = '-';

type Answers = System['answers'];

const refusals = (answers: Answers) => refusalFigures(answers, NO_THRESHOLD);

const kindOf = (answers: Answers, ...kinds: Labelled['kind'][]): Answers =>
  answers.filter(({ kind }) => kinds.includes(kind));

const answerable = (answers: Answers): Answers => answers.filter((one) => one.answerable);

const count = ({ value, n }: Measured): string =>
  value === null ? NONE : `${Math.round(value * n)}/${n}`;

const withInterval = ({ value, interval }: Measured): string =>
  interval ? `${figure(value)} (${interval.map(figure).join(' to ')})` : figure(value);
