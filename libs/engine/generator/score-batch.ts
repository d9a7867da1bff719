// Packs prompts with given completions into runs of bounded size.

export interface ScoreItem {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** Right-padded rows of one length, and which of their tokens are asked for. */
export interface ScoreBatch {
  /** Indices of the rows' items. */
  readonly items: readonly number[];
  /** Of each row, before padding. */
  readonly lengths: readonly number[];
  /** Rows padded to the longest. */
  readonly ids: readonly number[];
  /** Indices into ids of the tokens before each target, completion by completion. */
  readonly positions: readonly number[];
  readonly targets: readonly number[];
  /** Targets of each row. */
  readonly counts: readonly number[];
}

export interface BatchLimits {
  readonly rows: number;
  /** Tokens of a run, padding included: bounds memory, as a run holds targets x vocabulary logits. */
  readonly tokens: number;
}

/** Items of similar length share a run; one longer than the limit has a run of its own; one without a completion has none. */
export function scoreBatches(items: readonly ScoreItem[], limits: BatchLimits): ScoreBatch[] {
  const lengthOf = (index: number): number => items[index]!.prompt.length + items[index]!.completion.length;
  const asked = [...items.keys()].filter((index) => items[index]!.completion.length > 0);
  const order = asked.toSorted((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  const groups: number[][] = [];
  for (const index of order) {
    const group = groups.at(-1);
    const fits = group && group.length < limits.rows && (group.length + 1) * lengthOf(index) <= limits.tokens;
    if (fits) group.push(index);
    else groups.push([index]);
  }
  return groups.map((group) => pack(items, group, group.map(lengthOf)));
}

function pack(items: readonly ScoreItem[], group: readonly number[], lengths: readonly number[]): ScoreBatch {
  const length = Math.max(...lengths);
  const ids: number[] = [];
  const positions: number[] = [];
  const targets: number[] = [];
  for (const [row, index] of group.entries()) {
    const { prompt, completion } = items[index]!;
    const start = row * length;
    // Padding is never looked at, as rows are causal; any id will do.
    ids.push(...prompt, ...completion, ...Array.from({ length: length - prompt.length - completion.length }, () => 0));
    for (const [i, target] of completion.entries()) {
      positions.push(start + prompt.length + i - 1);
      targets.push(target);
    }
  }
  const counts = group.map((index) => items[index]!.completion.length);
  return { items: group, lengths, ids, positions, targets, counts };
}
