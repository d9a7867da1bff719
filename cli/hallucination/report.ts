// How figures of answers about images are printed: beside each its interval, and the baseline's.

import type { Measured } from '#metrics/hallucination/paired.js';
import { note, print, printJson, table } from '../output.js';

export interface HallucinationReport {
  readonly figures: Readonly<Record<string, Measured>>;
  readonly answers: number;
  readonly images: number;
  /** Sentences on what makes the figures, or a gain, doubtful. */
  readonly warnings: readonly string[];
}

export function printReport(report: HallucinationReport, json = false): void {
  if (json) return printJson({ ...report, figures: withoutNaN(report.figures) });
  const compared = Object.values(report.figures).some(({ difference }) => difference);
  print(
    table(
      ['figure', 'value', '95 % interval', ...(compared ? ['baseline', 'difference', '95 %'] : [])],
      Object.entries(report.figures).map(([name, figure]) => rowOf(name, figure)),
    ),
  );
  print(`${report.answers} answers about ${report.images} images`);
  for (const warning of report.warnings) note(`warning: ${warning}`);
}

function rowOf(name: string, { value, interval, baseline, difference }: Measured): string[] {
  const own = [name, shown(value), bounds(interval)];
  if (baseline === undefined || !difference) return own;
  return [...own, shown(baseline), shown(difference.value), bounds(difference.interval)];
}

const shown = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(2));
const bounds = (interval: readonly number[]): string =>
  interval.some(Number.isNaN) ? '-' : interval.map(shown).join(' to ');

/** JSON has no word for a figure that there is not. */
const withoutNaN = (figures: HallucinationReport['figures']): unknown =>
  JSON.parse(JSON.stringify(figures));
