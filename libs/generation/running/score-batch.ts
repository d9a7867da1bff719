// Packs prompts with given completions into runs of bounded size.

export interface ScoreItem {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** Rows, and which of their tokens are asked for. */
export interface ScoreBatch {
  /** Indices of the rows' items. */
  readonly items: readonly number[];
  /** Of each row. */
  readonly lengths: readonly number[];
  /** Of the rows, one after the other. */
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
   * Rows of a run times the longest one's tokens: bounds memory, as attention lays out rows side by
   * side.
   */
  readonly tokens: number;
}

/**
 * Items of similar length share a run; one longer than the limit has a run of its own; one without
 * a completion has none.
 */
export function scoreBatches(items: readonly ScoreItem[], limits: BatchLimits): ScoreBatch[] {
  const lengthOf = (index: number): number =>
    items[index]!.prompt.length + items[index]!.completion.length;
  const asked = [...items.keys()].filter((index) => items[index]!.completion.length > 0);
  const order = asked.toSorted((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  const groups: number[][] = [];
  for (const index of order) {
    const group = groups.at(-1);
    const fits =
      group && group.length < limits.rows && (group.length + 1) * lengthOf(index) <= limits.tokens;
    if (fits) group.push(index);
    else groups.push([index]);
  }
  return groups.map((group) => pack(items, group, group.map(lengthOf)));
}

function pack(
  items: readonly ScoreItem[],
  group: readonly number[],
  lengths: readonly number[],
): ScoreBatch {
  const ids: number[] = [];
  const positions: number[] = [];
  const targets: number[] = [];
  for (const index of group) {
    const { prompt, completion } = items[index]!;
    const start = ids.length;
    ids.push(...prompt, ...completion);
    for (const [i, target] of completion.entries()) {
      positions.push(start + prompt.length + i - 1);
      targets.push(target);
    }
  }
  const counts = group.map((index) => items[index]!.completion.length);
  return { items: group, lengths, ids, positions, targets, counts };
}
