// Figures of systems on the labelled questions, a system a row.

import type { Linked } from '#metrics/grounding/answer.js';
import { linkFigures } from '#metrics/grounding/links.js';
import type { Measured } from '#metrics/grounding/measured.js';
import { refusalFigures } from '#metrics/grounding/refusals.js';
import { NO_THRESHOLD, type Threshold } from '#metrics/grounding/threshold.js';
import { figure, heading, tableRow } from '../markdown.js';
import type { Labelled } from './labelled.js';

export interface System {
  readonly name: string;
  /** In the order of the questions. */
  readonly answers: readonly (Labelled & Linked)[];
  readonly threshold?: Threshold;
}

const columns: Readonly<Record<string, (system: System) => string>> = {
  'entity, exact': ({ answers }) => count(linkFigures(kindOf(answers, 'exact')).entity),
  synonym: ({ answers }) => count(linkFigures(kindOf(answers, 'synonym')).entity),
  both: ({ answers }) => figure(linkFigures(kindOf(answers, 'exact', 'synonym')).entity.value),
  family: ({ answers }) => count(linkFigures(kindOf(answers, 'family')).entity),
  attribute: ({ answers }) => withInterval(linkFigures(answers).attribute),
  'row, answerable': ({ answers }) => withInterval(linkFigures(answerable(answers)).row),
  'absent answered': ({ answers, threshold }) => count(refusals(answers, threshold).absentAnswered),
  precision: ({ answers, threshold }) => withInterval(refusals(answers, threshold).answerPrecision),
  coverage: ({ answers, threshold }) =>
    withInterval(refusals(answerable(answers), threshold).coverage),
  'AUROC, right links': ({ answers }) => withInterval(refusals(answers).linkAuroc),
};

export const systemsTable = (systems: readonly System[]): string =>
  [
    heading(['', ...Object.keys(columns)]),
    ...systems.map((system) =>
      tableRow([system.name, ...Object.values(columns).map((column) => column(system))]),
    ),
  ].join('\n');

type Answers = System['answers'];

const refusals = (answers: Answers, threshold = NO_THRESHOLD) => refusalFigures(answers, threshold);

const kindOf = (answers: Answers, ...kinds: Labelled['kind'][]): Answers =>
  answers.filter(({ kind }) => kinds.includes(kind));

const answerable = (answers: Answers): Answers => answers.filter((one) => one.answerable);

const count = ({ value, n }: Measured): string => `${Math.round((value ?? 0) * n)}/${n}`;

const withInterval = ({ value, interval }: Measured): string =>
  interval ? `${figure(value)} (${interval.map(figure).join(' to ')})` : figure(value);
