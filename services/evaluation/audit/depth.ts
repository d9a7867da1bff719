// How deep the forgetting goes: what is left in each layer, by the logit lens, and by what the layer's
// states do to the model that unlearning began from.

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
import { UNPATCHED } from './measurements/patching.js';
import type { Figures, Tally } from './tally.js';

/**
 * By the logit lens.
 * @returns null where a model was not asked or has other layers, or no layer ever held an answer.
 */
export function depthOf(tally: Tally): Depth | null {
  const before = tally.figures('lens', 'before');
  return depthBy(tally, 'lens', (index, layer) => before.get(index)?.[layerName(layer)]);
}

/**
 * The unlearning depth score: what a layer held is what the model before loses by the reference's
 * states, what is erased what it loses by the unlearned model's.
 * @returns null where there was no model before or no reference, none whose states it takes, or no
 * layer that held a fact.
 */
export function unlearningDepthOf(tally: Tally): Depth | null {
  const after = tally.figures('patching', 'after');
  return depthBy(tally, 'patching', (index) => after.get(index)?.[UNPATCHED]);
}

/** Of a question and a layer, from 1: its probability in the model before. */
type Known = (index: number, layer: number) => number | undefined;

function depthBy(tally: Tally, probe: 'lens' | 'patching', known: Known): Depth | null {
  const reference = tally.figures(probe, 'reference');
  const questions = [...tally.figures(probe, 'after')].flatMap(([index, after]) => {
    const other = reference.get(index);
    // Layers of a reference of another depth are others.
    const isAlike = known(index, 1) !== undefined && other && layersIn(other) === layersIn(after);
    return isAlike ? [layersOf((layer) => known(index, layer), after, other)] : [];
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
function layersOf(
  before: (layer: number) => number | undefined,
  after: Figures,
  reference: Figures,
): KnownByLayer[] {
  return Array.from({ length: layersIn(after) }, (_, i) => {
    const name = layerName(i + 1);
    return {
      before: logOf(before(i + 1)),
      after: logOf(after[name]),
      reference: logOf(reference[name]),
    };
  });
}

const logOf = (probability: number | undefined): number => Math.log(probability ?? NaN);
/** Beside one figure that is no layer's: the embedding's, or that of no patch. */
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
