// How far pictures can be looked at before a run: to where what it changes begins.

import type { ModelConfig, VisionConfig } from '../types.js';
import type { Making } from './making.js';
import { blockOf, connectingTensors } from './vision-tensors.js';

/** As far as nothing of what changes is needed. @param changing tensors of connector and tower. */
export function madeWithout(config: ModelConfig, changing: readonly string[]): Making {
  const { vision } = config;
  if (!vision || changing.length === 0) return 'features';
  const connecting = connectingTensors(config);
  const ofTower = changing.filter((name) => !connecting.has(name));
  if (ofTower.length === 0) return 'rows';
  const blocks = ofTower.map((name) => blockOf(vision, name) ?? 0);
  return { block: Math.min(...blocks, ...layersBeside(vision)) };
}

/** States that a connector reads beside the last one are those of the graph, too. */
const layersBeside = (vision: VisionConfig): readonly number[] =>
  vision.layout !== 'grid' && vision.connector.kind === 'mlp' ? vision.connector.layers : [];
