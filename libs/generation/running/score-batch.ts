// Packs prompts with given completions into passes of bounded size, in which a beginning that rows
// have in common is read once.

import { first } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { type Place, placesOf } from '#models/passes/attention/places.js';
import { tokenPlaces } from '#models/passes/attention/token-places.js';
import type { Patch, PlacedPatch } from '#models/passes/patches.js';
import type { ModelConfig } from '#models/types.js';
import { placesIn, type PromptImage } from './prompt-image.js';

export interface ScoreItem {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  /** Those that it shows. Absent: none. */
  readonly images?: readonly PromptImage[] | undefined;
  /** Replaces the states from which the completion's tokens are told: of the token before each. */
  readonly patch?: Patch;
  /**
   * States are asked for, not log-probs: of the prompt's last token and of all that come after it.
   */
  readonly isEmbedded?: boolean;
}

/** An item on its way. */
export interface ScoreRow {
  /** Of its item. */
  readonly index: number;
  /** Tokens of its prompt. */
  readonly prompt: number;
  readonly ids: readonly number[];
  readonly images?: readonly PromptImage[] | undefined;
  readonly patch?: Patch;
  readonly isEmbedded?: boolean;
}

/** Rows, and which of their tokens are asked for. */
export interface ScoreBatch {
  readonly rows: readonly ScoreRow[];
  /** Tokens of each row. */
  readonly lengths: readonly number[];
  /** How many of each row's first tokens are those of the row before it. */
  readonly shared: readonly number[];
  /** What is read of the rows, one after the other. */
  readonly ids: readonly number[];
  /** Indices into ids of the tokens before each target, completion by completion. */
  readonly positions: readonly number[];
  readonly targets: readonly number[];
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

/**
 * Rows of the items that have a completion or are embedded, by prompts: those with the shortest rows
 * first, and of one prompt similar completions together.
 */
export function scoreRows(items: readonly ScoreItem[]): ScoreRow[] {
  const byPrompt = new Map<string, ScoreRow[]>();
  for (const [index, { prompt, completion, images, patch, isEmbedded }] of items.entries()) {
    if (completion.length === 0 && !isEmbedded) continue;
    const key = prompt.join();
    const rows = byPrompt.get(key) ?? [];
    rows.push({
      index,
      prompt: prompt.length,
      ids: [...prompt, ...completion],
      images,
      patch,
      isEmbedded,
    });
    byPrompt.set(key, rows);
  }
  return [...byPrompt.values()]
    .map((rows) => ({ rows: rows.toSorted(byIds), longest: longestOf(rows) }))
    .toSorted((a, b) => a.longest - b.longest)
    .flatMap(({ rows }) => rows);
}

const longestOf = (rows: readonly ScoreRow[]): number =>
  Math.max(...rows.map(({ ids }) => ids.length));

function byIds(a: ScoreRow, b: ScoreRow): number {
  const at = common(a, b);
  return (a.ids[at] ?? -1) - (b.ids[at] ?? -1);
}

/** Length of the longest beginning of both. */
function common(a: ScoreRow, b: ScoreRow): number {
  const at = a.ids.findIndex((id, i) => id !== b.ids[i]);
  return at < 0 ? a.ids.length : at;
}

/**
 * Takes from the beginnings of the lists, one after the other, what one pass has room for: at least
 * a row.
 */
export function takeBatch(waiting: readonly ScoreRow[][], limits: BatchLimits): ScoreBatch {
  const [rows, shared]: [ScoreRow[], number[]] = [[], []];
  for (const list of waiting) {
    for (let [row] = list; row; [row] = list) {
      const given = givenOf(rows, row, limits.steady);
      if (!fits([...rows, row], [...shared, given], limits)) return pack(rows, shared);
      rows.push(row);
      shared.push(given);
      list.shift();
    }
  }
  return pack(rows, shared);
}

/** How many of the row's first tokens the row before it has been read for. */
function givenOf(rows: readonly ScoreRow[], row: ScoreRow, steady: number): number {
  const before = rows.at(-1);
  if (!before || [before, row].some(({ ids }) => ids.length > steady)) return 0;
  return Math.min(common(before, row), ownOf(before), ownOf(row));
}

/** How many of a row's first tokens have no state of another model. */
const ownOf = ({ prompt, ids, patch }: ScoreRow): number => (patch ? prompt - 1 : ids.length);

/** By the tokens of a batch. */
export function placedPatches({ rows, positions }: ScoreBatch): PlacedPatch[] {
  let at = 0;
  return rows.flatMap(({ prompt, ids, patch }) => {
    const tokens = positions.slice(at, (at += ids.length - prompt));
    return patch ? [{ ...patch, tokens }] : [];
  });
}

/** Where the tokens that are read of a batch stand; undefined where they are simply counted. */
export function placesRead(config: ModelConfig, { rows, shared }: ScoreBatch): Place[] | undefined {
  const all = rows.map(({ ids, images }) => placesIn(config, ids, images));
  if (all.every((places) => places === undefined)) return undefined;
  return zip(rows, shared, all).flatMap(([{ ids }, given, places]) =>
    (places ?? placesOf(ids.length, () => undefined)).slice(given),
  );
}

const fits = (rows: readonly ScoreRow[], shared: readonly number[], limits: BatchLimits): boolean =>
  rows.length === 1 ||
  (rows.length <= limits.rows &&
    readOf(rows, shared).length - first(rows).prompt <= limits.tokens &&
    rows.length * longestOf(rows) ** 2 <= limits.scores);

const readOf = (rows: readonly ScoreRow[], shared: readonly number[]): number[] =>
  zip(rows, shared).flatMap(([{ ids }, given]) => ids.slice(given));

/** Of how many tokens something is asked. */
export const askedOf = ({ prompt, ids, isEmbedded }: ScoreRow): number =>
  ids.length - prompt + (isEmbedded ? 1 : 0);

function pack(rows: readonly ScoreRow[], shared: readonly number[]): ScoreBatch {
  const lengths = rows.map(({ ids }) => ids.length);
  const places = tokenPlaces(lengths, shared);
  const positions = zip(rows, places).flatMap(([row, own]) => {
    const from = row.prompt - 1;
    return own.slice(from, from + askedOf(row));
  });
  const targets = rows.flatMap(({ prompt, ids }) => ids.slice(prompt));
  // A product with a single row is summed in another order: a lone place is asked twice.
  const times = positions.length === 1 ? 2 : 1;
  return {
    rows,
    lengths,
    shared,
    ids: readOf(rows, shared),
    positions: Array.from({ length: times }, () => positions).flat(),
    targets: Array.from({ length: times }, () => targets).flat(),
  };
}
