// A row of the batch: what the model reads, and whose keys and values are kept.

import { item, last } from '#collections/items.js';
import type { LoadedAdapter } from './adapter-rows.js';
import type { PromptImage } from './prompt-image.js';

export interface Row {
  readonly id: number;
  readonly prompt: readonly number[];
  /** Those that the prompt shows. Absent: none. */
  readonly images?: readonly PromptImage[] | undefined;
  readonly adapter: LoadedAdapter | undefined;
  /** Of the answer. */
  readonly tokens: readonly number[];
  /** The newest token, which the next decode step reads. */
  readonly last: number;
  /** Whether what early layers leave is asked for. Absent: false. */
  readonly asksLayers?: boolean;
}

export const tokensOf = ({ prompt, tokens }: Pick<Row, 'prompt' | 'tokens'>): number =>
  prompt.length + tokens.length;

/** Rows of one request: requests have whole numbers from 0 on as their ids. */
const MOST = 2 ** 12;

/** The id of a request's row, the first of which has the request's own. */
export const rowId = (id: number, row: number): number => id + row / MOST;

/** Rows for what goes on from others: the first that does keeps the row, others have one that nobody keeps. */
export function rowsFor(
  from: readonly number[],
  all: readonly number[],
): { rows: number[]; copies: { from: number; to: number }[] } {
  const free = all.filter((row) => !from.includes(row));
  const kept = new Set<number>();
  const copies: { from: number; to: number }[] = [];
  const rows = from.map((source) => {
    const row = kept.has(source) ? item(free, copies.length) : source;
    if (row !== source) copies.push({ from: source, to: row });
    kept.add(row);
    return row;
  });
  return { rows, copies };
}

/** Of the row that reads the same answer after another prompt. */
export const twinId = (id: number): number => -1 - id;

/** @param of an answer, which may grow. */
export const rowOf = (
  of: Pick<Row, 'prompt' | 'images' | 'adapter' | 'tokens' | 'asksLayers'>,
  id: number,
): Row => ({
  id,
  prompt: of.prompt,
  images: of.images,
  adapter: of.adapter,
  tokens: of.tokens,
  ...(of.asksLayers ? { asksLayers: true } : {}),
  get last() {
    return last(of.tokens);
  },
});
