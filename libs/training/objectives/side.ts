// What an objective sees of one side of a step: the target examples (to be forgotten or learned),
// their alternates, or the examples to retain.

import type { Value } from '#onnx/types.js';

export type SideName = 'target' | 'alternate' | 'retain';

/**
 * P positions of a pass's examples, those whose next token is a label (an answer's token or the end
 * of its turn), and more where a mean asks for them. Means are over the whole optimizer step,
 * however its examples are grouped into passes: the results of the passes add up. Prompts and
 * padding never count, but for `positionMean`. What is not asked for is not computed; what the
 * reference (the model before training) is asked is computed once an example.
 */
export interface Side {
  /** log p(label), [P, 1]. */
  readonly logProbs: Value;
  /** The reference's log p(label), [P, 1]. */
  referenceLogProbs(): Value;
  /** Largest logit, [P, 1]. */
  maxLogit(): Value;
  /** Mean of the logits over the vocabulary, [P, 1]. */
  meanLogit(): Value;
  /**
   * Cross-entropy to softmax(z - penalty at the label), [P, 1], z the logits of the reference, of the
   * base without the adapter that training starts from, or of the model itself; the target is a
   * constant. A penalty of Infinity takes the label out.
   */
  crossEntropy(target: 'reference' | 'base' | 'own', penalty: number): Value;
  /** KL(reference || model) over the vocabulary, [P, 1]. */
  divergence(): Value;
  /**
   * Residual stream after a layer, the first being 0, [P, hidden].
   * @throws TrainingError where the model has no such layer.
   */
  hiddenState(layer: number): Value;
  referenceHiddenState(layer: number): Value;

  /** [P, 1] -> scalar: mean over the step's labels, without the first `skip` of each answer. */
  tokenMean(x: Value, skip?: number): Value;
  /** [P, 1] -> scalar: mean over the step's real tokens, prompts included. */
  positionMean(x: Value): Value;
  /**
   * [P, 1] -> scalar: mean over examples of the mean over the example's answer tokens themselves,
   * not the positions that predict them.
   */
  answerMean(x: Value): Value;
  /**
   * [P, 1] -> [units, 1]: sum over the labels of each example. A unit is a target example with its
   * alternate, or a retain example.
   */
  exampleSum(x: Value): Value;
  /** [units, 1]: labels of each example; 1 where a unit has no example of this side. */
  exampleLengths(): Value;
  /** [units, 1] or scalar -> scalar: mean over the step's examples. */
  exampleMean(x: Value): Value;
}
