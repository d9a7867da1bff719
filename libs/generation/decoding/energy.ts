// Energy-guided decoding (arXiv 2507.07731): the logits of the layer of least energy.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { Asking } from './early-layers.js';
import type { Corrected, Strategy } from './strategy.js';

export interface EnergyOptions {
  readonly layers: readonly number[];
}

/** Of a layer the energy is -logsumexp of its logits; of equals the earliest layer is taken. */
export const energy = ({ layers }: EnergyOptions): Strategy => ({
  *correct(logits): Asking<Corrected> {
    const found = zip(layers, yield { measure: 'normaliser', layers });
    const [layer] = found.reduce((a, b) => (item(b[1], 0) > item(a[1], 0) ? b : a));
    const told = first(yield { measure: 'vocabulary', layers: [layer] });
    const kept = told.map((z, id) => (logits[id] === -Infinity ? -Infinity : z));
    return { logits: kept, layer };
  },
});
