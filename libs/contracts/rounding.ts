// What a model's matrices may be rounded to before it is asked: an audit's question whether that
// brings back what was unlearned.

/** int8: absmax per output channel. nf4: NormalFloat4 in blocks of 64. */
export const roundings = ['int8', 'nf4'] as const;
export type Rounding = (typeof roundings)[number];

/** How a model is changed before it answers. */
export interface Transform {
  /** What the adapter's change is multiplied by: half of it is merged at .5. Absent: 1. */
  readonly scale?: number;
  /** Absent: the matrices stay as they are. */
  readonly rounding?: Rounding;
}
