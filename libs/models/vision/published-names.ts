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

/** The text's beginning in the memory of transformers 5, by which PEFT names what it adapts. */
const texts: Readonly<Record<string, string>> = {
  llava: 'model.language_model.',
  llava_next: 'model.language_model.',
  idefics3: 'model.text_model.',
  smolvlm: 'model.text_model.',
  qwen2_vl: 'model.language_model.',
  qwen2_5_vl: 'model.language_model.',
};

/** A text's tensor's own name where the model sees nothing. */
export const nameInMemory = ({ vision }: ModelConfig, name: string): string =>
  name.replace(/^model\./, (vision && texts[vision.modelType]) ?? '$&');
