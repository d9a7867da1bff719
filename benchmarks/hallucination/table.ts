// Figures of rows beside the published ones, and their differences to greedy decoding.

import { first } from '#collections/items.js';
import type { Measured } from '#metrics/hallucination/paired.js';
import type { HallucinationReport } from '../../cli/hallucination/report.js';
import { heading, tableRow } from '../markdown.js';
import type { System } from './systems.js';

export interface Row {
  readonly system: System;
  readonly report: HallucinationReport;
}

type Published = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * @param rows greedy decoding's first; the others' are held against it.
 * @param published figures of papers by row and by name.
 */
export function resultsTable(rows: readonly Row[], published: Published = {}): string {
  const [greedy, ...others] = rows.map(({ report }) => report);
  const names = Object.keys(first(rows).report.figures);
  const told = names.filter((name) => Object.values(published).some((figures) => name in figures));
  const figures = [
    heading(['', ...names, ...told.map((name) => `${name}, LLaVA-1.5 published`)]),
    ...rows.map(({ system: { id, name }, report }) =>
      tableRow([
        name,
        ...names.map((one) => figure(report.figures[one])),
        ...told.map((one) => shown(published[id]?.[one])),
      ]),
    ),
  ];
  const differences = [
    heading(['to greedy, paired', ...names]),
    ...rows
      .slice(1)
      .map(({ system: { name }, report }) =>
        tableRow([name, ...names.map((one) => figure(report.figures[one]?.difference))]),
      ),
  ];
  const count = `${greedy?.answers} answers about ${greedy?.images} images a row.`;
  return [
    [...figures, '', ...(others.length > 0 ? [...differences, ''] : []), count].join('\n'),
    ...warnings(rows),
  ].join('\n\n');
}

/** One that holds for all rows is said once. */
function warnings(rows: readonly Row[]): string[] {
  const all = rows.flatMap(({ system, report }) =>
    report.warnings.map((text) => ({ name: system.name, text })),
  );
  const common = [...new Set(all.map(({ text }) => text))].filter((text) =>
    rows.every(({ report }) => report.warnings.includes(text)),
  );
  const own = all.filter(({ text }) => !common.includes(text));
  return [...common, ...own.map(({ name, text }) => `${name}: ${text}`)].map(
    (text) => `Warning: ${text}.`,
  );
}

const figure = (measured: Pick<Measured, 'value' | 'interval'> | undefined): string =>
  measured && !Number.isNaN(measured.value)
    ? `${shown(measured.value)} (${measured.interval.map(shown).join(' to ')})`
    : NONE;

const shown = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? NONE : value.toFixed(1);

const NONE = '-';
