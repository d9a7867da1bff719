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
export const publishedName = ({ vision }: ModelConfig, name: string): string =>
  begunAnew((vision && beginnings[vision.modelType]) ?? {}, name);

/** Beginnings of our names and of those in the memory of transformers 5, by which PEFT names what it adapts. */
const projected = {
  'model.': 'model.language_model.',
  'multi_modal_projector.': 'model.multi_modal_projector.',
  'vision_tower.': 'model.vision_tower.',
};
const shuffled = {
  'model.': 'model.text_model.',
  'connector.': 'model.connector.',
  'vision_tower.': 'model.vision_model.',
};
const placed = { 'model.': 'model.language_model.', 'visual.': 'model.visual.' };
const inMemory: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  llava: projected,
  llava_next: projected,
  idefics3: shuffled,
  smolvlm: shuffled,
  qwen2_vl: placed,
  qwen2_5_vl: placed,
};

/** Of a tensor or module that an adapter changes; its own name where the model sees nothing. */
export const nameInMemory = ({ vision }: ModelConfig, name: string): string =>
  begunAnew((vision && inMemory[vision.modelType]) ?? {}, name);

function begunAnew(names: Readonly<Record<string, string>>, name: string): string {
  const known = Object.entries(names).find(([beginning]) => name.startsWith(beginning));
  const [ours, other] = known ?? ['', ''];
  return other + name.slice(ours.length);
}
