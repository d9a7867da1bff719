// Packs prompts with given completions into passes of bounded size, in which a beginning that rows
// have in common is read once.

import { first, last } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { tokenPlaces } from '#models/passes/attention/token-places.js';

export interface ScoreItem {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** Rows, and which of their tokens are asked for. */
export interface ScoreBatch {
  /** Indices of the rows' items. */
  readonly items: readonly number[];
  /** Tokens of each row. */
  readonly lengths: readonly number[];
  /** How many of each row's first tokens are those of the row before it. */
  readonly shared: readonly number[];
  /** What is read of the rows, one after the other. */
  readonly ids: readonly number[];
  /** Indices into ids of the tokens before each target, completion by completion. */
  readonly positions: readonly number[];
  readonly targets: readonly number[];
  /** Targets of each row. */
  readonly counts: readonly number[];
}

export interface BatchLimits {
  readonly rows: number;
  /** Read in a pass besides its first prompt: bounds its time. */
  readonly tokens: number;
  /** Rows times the square of the longest one's tokens: bounds what attention lays out. */
  readonly scores: number;
  /** Tokens of the longest row that may share its beginning (steadyLength). */
  readonly steady: number;
}

interface Row {
  /** Of its item. */
  readonly index: number;
  /** Tokens of its prompt. */
  readonly prompt: number;
  readonly ids: readonly number[];
}

interface Pass {
  readonly rows: Row[];
  readonly shared: number[];
}

/**
 * Items with the same prompt stand together, and such of similar length share a pass; one longer
 * than the limits has one of its own; one without a completion has none.
 */
export function scoreBatches(items: readonly ScoreItem[], limits: BatchLimits): ScoreBatch[] {
  const passes: Pass[] = [];
  for (const row of ordered(items)) {
    const pass = passes.at(-1);
    if (!pass || !take(pass, row, limits)) passes.push({ rows: [row], shared: [0] });
  }
  return passes.map(pack);
}

/** By prompts, those with the shortest rows first; of one prompt, similar completions together. */
function ordered(items: readonly ScoreItem[]): Row[] {
  const byPrompt = new Map<string, Row[]>();
  for (const [index, { prompt, completion }] of items.entries()) {
    if (completion.length === 0) continue;
    const key = prompt.join();
    const rows = byPrompt.get(key) ?? [];
    rows.push({ index, prompt: prompt.length, ids: [...prompt, ...completion] });
    byPrompt.set(key, rows);
  }
  return [...byPrompt.values()]
    .map((rows) => ({ rows: rows.toSorted(byIds), longest: longestOf(rows) }))
    .toSorted((a, b) => a.longest - b.longest)
    .flatMap(({ rows }) => rows);
}

const longestOf = (rows: readonly Row[]): number => Math.max(...rows.map(({ ids }) => ids.length));

function byIds(a: Row, b: Row): number {
  const at = common(a, b);
  return (a.ids[at] ?? -1) - (b.ids[at] ?? -1);
}

/** Length of the longest beginning of both. */
function common(a: Row, b: Row): number {
  const at = a.ids.findIndex((id, i) => id !== b.ids[i]);
  return at < 0 ? a.ids.length : at;
}

/** @returns whether the pass has room for the row. */
function take({ rows, shared }: Pass, row: Row, limits: BatchLimits): boolean {
  const before = last(rows);
  const isSteady = [before, row].every(({ ids }) => ids.length <= limits.steady);
  const all = [...rows, row];
  const begun = [...shared, isSteady ? common(before, row) : 0];
  const read = zip(all, begun).reduce((sum, [{ ids }, given]) => sum + ids.length - given, 0);
  const fits =
    all.length <= limits.rows &&
    read - first(rows).prompt <= limits.tokens &&
    all.length * longestOf(all) ** 2 <= limits.scores;
  if (fits) {
    rows.push(row);
    shared.push(last(begun));
  }
  return fits;
}

function pack({ rows, shared }: Pass): ScoreBatch {
  const lengths = rows.map(({ ids }) => ids.length);
  const places = tokenPlaces(lengths, shared);
  const positions = zip(rows, places).flatMap(([{ prompt }, own]) => own.slice(prompt - 1, -1));
  const targets = rows.flatMap(({ prompt, ids }) => ids.slice(prompt));
  // A product with a single row is summed in another order: a lone place is asked twice.
  const times = positions.length === 1 ? 2 : 1;
  return {
    items: rows.map(({ index }) => index),
    lengths,
    shared,
    ids: zip(rows, shared).flatMap(([{ ids }, given]) => ids.slice(given)),
    positions: Array.from({ length: times }, () => positions).flat(),
    targets: Array.from({ length: times }, () => targets).flat(),
    counts: rows.map(({ prompt, ids }) => ids.length - prompt),
  };
}
