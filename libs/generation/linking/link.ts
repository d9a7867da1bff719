// What a sequence may begin with: one of given paths of tokens, and what is read after it.

export interface LinkPath {
  /** None is the beginning of another's. */
  readonly tokens: readonly number[];
  /** Added to the path's ln p where paths are compared. Absent: 0. */
  readonly weight?: number;
  /** Which of the things that may be meant it names. Absent: all without one name the same. */
  readonly group?: number;
  /** What is read after it, before the answer begins. Absent: the sequence ends with the path. */
  readonly after?: readonly number[] | undefined;
}

export interface LinkOptions {
  readonly paths: readonly LinkPath[];
  /** Paths that are followed at once, of different groups first. Absent: 2; 1 is greedy. */
  readonly beams?: number;
}

/** The likeliest path, and one of another group. */
const BEAMS = 2;

export const beamsOf = ({ beams = BEAMS }: LinkOptions): number => beams;

/** Rows that are held while paths are followed: one of them is finished. */
export const rowsLinked = (link: LinkOptions): number => beamsOf(link) + 1;

/** Tokens of the longest path. */
export const longestPath = ({ paths }: LinkOptions): number =>
  paths.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);

/** The same with what is read after it. */
export const longestRead = ({ paths }: LinkOptions): number =>
  paths.reduce((most, { tokens, after = [] }) => Math.max(most, tokens.length + after.length), 0);

/** A path that was followed to its end. */
export interface FoundPath {
  /** Its place among those asked for. */
  readonly path: number;
  /** ln p by the model's own logits, with its weight. */
  readonly score: number;
}

/** What was chosen. */
export interface Link extends FoundPath {
  /** Tokens of the path, which count as the answer's. */
  readonly tokens: number;
  /** Tokens that are read after it, which count as the prompt's. */
  readonly read: number;
  /** Sum over its tokens of ln of the probability that the model gave to all that the paths allowed. */
  readonly mass: number;
  /**
   * By how much its score is above that of the likeliest path of another group, as far as paths were
   * followed: Infinity where all are of one group.
   */
  readonly margin: number;
  /** The likeliest path found of each other group, likeliest first. */
  readonly beside: readonly FoundPath[];
}
