// How results are printed: a table or lines for people, JSON for machines.

import Table from 'cli-table3';
import pc from 'picocolors';

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));
/** Notes about the work itself go to stderr, so that stdout holds the result alone. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Without lines between rows, which only help where a row takes several lines. */
const compact = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** @param wide widths in characters by column; the text wraps within. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  wide?: readonly number[],
): string {
  const drawn = new Table({
    head: head.map((title) => pc.bold(title)),
    style: { head: [], border: [] },
    ...(wide ? { colWidths: [...wide], wordWrap: true } : { chars: compact }),
  });
  drawn.push(...rows.map((row) => row.map(String)));
  return drawn.toString();
}

/**
 * Text of a model or a user for a terminal: control characters, which could move its cursor or
 * worse, are shown as �.
 */
export const shown = (text: string): string => text.replaceAll(/[^\P{Cc}\t\n]/gu, '\ufffd');

export const time = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
export const figure = (value: number | null): string => value?.toFixed(3) ?? '-';
