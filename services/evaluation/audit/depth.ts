// How deep the forgetting goes, by what the logit lens sees in each layer.

import { first } from '#collections/items.js';
import type { Depth } from '#contracts/audit.js';
import { bootstrap } from '#metrics/bootstrap.js';
import {
  erasureDepth,
  type KnownByLayer,
  layerErasure,
} from '#metrics/memorisation/erasure-depth.js';
import { mean } from '#metrics/statistics.js';
import { layerName } from './measurements/lens.js';
import type { Figures, Tally } from './tally.js';

/**
 * @returns null where a model was not asked or has other layers, or no layer ever held an answer.
 */
export function depthOf(tally: Tally): Depth | null {
  const [before, reference] = [tally.figures('lens', 'before'), tally.figures('lens', 'reference')];
  const questions = [...tally.figures('lens', 'after')].flatMap(([index, after]) => {
    const [known, other] = [before.get(index), reference.get(index)];
    // Layers of a reference of another depth are others.
    const isAlike = known && other && layersIn(other) === layersIn(after);
    return isAlike ? [layersOf(known, after, other)] : [];
  });
  const depths = questions.flatMap((layers) => erasureDepth(layers) ?? []);
  if (depths.length === 0) return null;
  return {
    questions: depths.length,
    erasure: { value: mean(depths), interval: bootstrap([depths], first) },
    layers: erasureByLayer(questions),
  };
}

/** From the first layer on: the embedding knows nothing of what comes before a token. */
function layersOf(before: Figures, after: Figures, reference: Figures): KnownByLayer[] {
  return Array.from({ length: layersIn(after) }, (_, i) => {
    const name = layerName(i + 1);
    return {
      before: logOf(before, name),
      after: logOf(after, name),
      reference: logOf(reference, name),
    };
  });
}

const logOf = (figures: Figures, name: string): number => Math.log(figures[name] ?? NaN);
const layersIn = (figures: Figures): number => Object.keys(figures).length - 1;

/** Means over the questions whose answer the layer held. */
function erasureByLayer(questions: readonly KnownByLayer[][]): Depth['layers'] {
  const most = Math.max(...questions.map(({ length }) => length));
  return Array.from({ length: most }, (_, layer) => {
    const erasures = questions.flatMap((layers) => {
      const known = layers[layer];
      return known ? (layerErasure(known) ?? []) : [];
    });
    return {
      layer: layer + 1,
      questions: erasures.length,
      erasure: erasures.length > 0 ? mean(erasures) : null,
    };
  });
}
