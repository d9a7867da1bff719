// Names of tensors in models that see: their text's become those of the plain family, their tower's one
// of the several forms they are published in.

/** The first that fits. Without a tower no model has names that begin so. */
const aliases: readonly (readonly [RegExp, string])[] = [
  // LLaVA as published and as transformers 5 saves it; in memory, and so in PEFT's files.
  [/^language_model\.lm_head\./, 'lm_head.'],
  [/^language_model\.model\./, 'model.'],
  [/^model\.language_model\./, 'model.'],
  [/^(model\.)?vision_tower\.(vision_model\.)?/, 'vision_tower.'],
  [/^model\.multi_modal_projector\./, 'multi_modal_projector.'],
  [/^model\.image_newline$/, 'image_newline'],
  // Idefics3 and SmolVLM.
  [/^model\.text_model\./, 'model.'],
  [/^model\.vision_model\./, 'vision_tower.'],
  [/^model\.connector\./, 'connector.'],
  // Qwen2-VL and Qwen2.5-VL.
  [/^model\.visual\./, 'visual.'],
];

/** Ours for a tensor or module of a model that sees; other names stay as they are. */
export function plainName(name: string): string {
  const [pattern, replacement] = aliases.find(([form]) => form.test(name)) ?? [];
  return pattern ? name.replace(pattern, replacement ?? '') : name;
}
