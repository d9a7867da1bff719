// Packs prompts with given completions into passes of bounded size.

export interface ScoreItem {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** Rows, and which of their tokens are asked for. */
export interface ScoreBatch {
  /** Indices of the rows' items. */
  readonly items: readonly number[];
  /** Tokens read of each row. */
  readonly lengths: readonly number[];
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
  /**
   * Rows of a pass times the longest one's tokens: bounds memory, as attention lays out rows side
   * by side.
   */
  readonly tokens: number;
}

interface Row extends ScoreItem {
  /** Of its item. */
  readonly index: number;
  readonly length: number;
}

/**
 * Items of similar length share a pass; one longer than the limit has one of its own; one without
 * a completion has none.
 */
export function scoreBatches(items: readonly ScoreItem[], limits: BatchLimits): ScoreBatch[] {
  const rows = items
    .map(({ prompt, completion }, index): Row => {
      return { prompt, completion, index, length: prompt.length + completion.length };
    })
    .filter(({ completion }) => completion.length > 0)
    .toSorted((a, b) => a.length - b.length || a.index - b.index);
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const fits =
      group && group.length < limits.rows && (group.length + 1) * row.length <= limits.tokens;
    if (fits) group.push(row);
    else groups.push([row]);
  }
  return groups.map(pack);
}

function pack(rows: readonly Row[]): ScoreBatch {
  const ids: number[] = [];
  const positions: number[] = [];
  const targets: number[] = [];
  for (const { prompt, completion } of rows) {
    const start = ids.length;
    ids.push(...prompt, ...completion);
    for (const [i, target] of completion.entries()) {
      positions.push(start + prompt.length + i - 1);
      targets.push(target);
    }
  }
  // A product with a single row is summed in another order: a lone place is asked twice.
  if (positions.length === 1) {
    positions.push(...positions);
    targets.push(...targets);
  }
  return {
    items: rows.map(({ index }) => index),
    lengths: rows.map(({ length }) => length),
    ids,
    positions,
    targets,
    counts: rows.map(({ completion }) => completion.length),
  };
}
