// What decoding strategies have done, summed up.

export interface DecodingUsage {
  readonly steps: number;
  readonly skipped: number;
  readonly changed: number;
  /** How often each layer was the one that the correction came from. */
  readonly layers: Record<string, number>;
}

/** Of several answers, or parts of one, together. */
export function summedDecoding(usages: readonly DecodingUsage[]): DecodingUsage {
  const layers: Record<string, number> = {};
  for (const usage of usages)
    for (const [name, times] of Object.entries(usage.layers))
      layers[name] = (layers[name] ?? 0) + times;
  const sum = (of: 'steps' | 'skipped' | 'changed'): number =>
    usages.reduce((total, usage) => total + usage[of], 0);
  return { steps: sum('steps'), skipped: sum('skipped'), changed: sum('changed'), layers };
}
