// The names under which a model that sees is written: those of published files, which every version of
// transformers reads.

import type { ModelConfig } from '../types.js';

/** Beginnings of our names and of the published ones. */
const tiled = {
  'model.': 'model.text_model.',
  'vision_tower.': 'model.vision_model.',
  'connector.': 'model.connector.',
};
const llava = {
  'model.': 'language_model.model.',
  'lm_head.': 'language_model.lm_head.',
  'vision_tower.': 'vision_tower.vision_model.',
};
const beginnings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  llava,
  llava_next: llava,
  idefics3: tiled,
  smolvlm: tiled,
};

/** A tensor's own name where the model sees nothing. */
export function publishedName({ vision }: ModelConfig, name: string): string {
  const known = Object.entries((vision && beginnings[vision.modelType]) ?? {});
  const [ours, published] = known.find(([beginning]) => name.startsWith(beginning)) ?? ['', ''];
  return published + name.slice(ours.length);
}
