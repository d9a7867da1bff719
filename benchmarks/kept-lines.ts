// Lines of JSON that a run adds as it goes: one that was broken off goes on after them.

import { appendFile, readFile } from 'node:fs/promises';

export interface KeptLines<T> {
  /** Of earlier runs. */
  readonly rows: readonly T[];
  add(row: T): Promise<void>;
}

/** A line that a crash cut short is none, and what is added behind it stands on a line of its own. */
export async function openKept<T>(file: string): Promise<KeptLines<T>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text !== '' && !text.endsWith('\n')) await appendFile(file, '\n');
  const rows = text
    .split('\n')
    .slice(0, -1)
    .flatMap(parsed<T>);
  return { rows, add: (row) => appendFile(file, `${JSON.stringify(row)}\n`) };
}

function parsed<T>(line: string): T[] {
  try {
    return [JSON.parse(line) as T];
  } catch {
    return [];
  }
}
