// How deep forgetting goes: through how many of the layers that held an answer.

/** Mean ln p of one answer, as one layer has it, under the three models. */
export interface KnownByLayer {
  readonly before: number;
  readonly after: number;
  /** Of a model that never saw the answer. */
  readonly reference: number;
}

/** What the model before must have more of than the reference, for a layer to hold the answer. */
const HOLDS = 0.05;

/**
 * (before - after) / (before - reference), 0 where all is left and 1 where no more is than the
 * reference has, neither below nor above. Source: the layer erasure of the unlearning depth score,
 * gnueaj/unlearning-depth-score.
 * @returns undefined for a layer that never held the answer.
 */
export function layerErasure({ before, after, reference }: KnownByLayer): number | undefined {
  const gap = before - reference;
  return gap > HOLDS ? Math.min(1, Math.max(0, (before - after) / gap)) : undefined;
}

/**
 * Mean of the layers' erasure, each as heavy as what it held beyond the reference: by the logit lens,
 * the lens baseline of that score.
 * @returns undefined where no layer held the answer.
 */
export function erasureDepth(layers: readonly KnownByLayer[]): number | undefined {
  let [erased, held] = [0, 0];
  for (const layer of layers) {
    const erasure = layerErasure(layer);
    if (erasure === undefined) continue;
    const gap = layer.before - layer.reference;
    erased += gap * erasure;
    held += gap;
  }
  return held > 0 ? erased / held : undefined;
}
