// What a strategy asks of a model's early layers at the last position, and how it is told.

/**
 * Numbers of one layer's logits e, those of the head over the final norm of what the layer leaves:
 * - logits: e of the ids
 * - first: logsumexp of e over the first part of the vocabulary alone
 * - rest: logsumexp of e over the other part; -Infinity where there is none
 * - normaliser: logsumexp of e over all of the vocabulary
 * - divergence: between its distribution and the last layer's (see DoLa), and the normaliser
 * - evolution: the normaliser, and by the last layer's logits z and p = softmax(e) sums over the
 *   vocabulary: p (e - z), p^2, (e - z)^2; then e's likeliest token, and of all but that the sums of
 *   p, p (e - z), p^2
 * - vocabulary: e, all of it
 */
export type Measure =
  | 'logits'
  | 'first'
  | 'rest'
  | 'normaliser'
  | 'divergence'
  | 'evolution'
  | 'vocabulary';

export interface Question {
  readonly measure: Measure;
  /** 0: what the embedding leaves, up to the model's number of layers. */
  readonly layers: readonly number[];
  /** Of the tokens that `logits` are asked of. */
  readonly ids?: readonly number[];
}

/** The measure's numbers by each of the layers, in their order. */
export type Answer = readonly Float32Array[];

/** Something that comes to a result by asking early layers first, or without. */
export type Asking<T> = Generator<Question, T, Answer>;

/** The result, by whoever knows the layers. */
export function answered<T>(asking: Asking<T>, answer: (question: Question) => Answer): T {
  let step = asking.next();
  while (!step.done) step = asking.next(answer(step.value));
  return step.value;
}
