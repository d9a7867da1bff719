// How far pictures are looked at before a graph takes over: to what stands in the prompt, to what a
// connector reads, or to what comes into a block of the tower.

import type { ModelConfig } from '../types.js';
import { connectorWidth } from './connector.js';

/** The tower's stream before a block, from 0: that block and all above it are the graph's. */
export interface BeforeBlock {
  readonly block: number;
}
export type Making = 'features' | 'rows' | BeforeBlock;

/** Numbers of each row that is made. */
export const madeWidth = (
  { hiddenSize, vision }: Pick<ModelConfig, 'hiddenSize' | 'vision'>,
  making: Making,
): number => {
  if (!vision || making === 'features') return vision?.featureSize ?? hiddenSize;
  return making === 'rows' ? connectorWidth(vision) : vision.tower.hiddenSize;
};
