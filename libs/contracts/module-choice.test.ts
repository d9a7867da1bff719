// Which modules a request may name of a model that sees.

import { expect, test } from 'vitest';
import { isSeeingTarget, moduleProblem } from './module-choice.js';

const known = {
  linears: ['model.layers.*.self_attn.q_proj', 'model.layers.*.mlp.up_proj'],
  seeing: [
    'multi_modal_projector.linear_1',
    'multi_modal_projector.linear_2',
    ...[0, 1, 2].map((block) => `vision_tower.encoder.layers.${block}.self_attn.q_proj`),
  ],
  modules: ['model.embed_tokens', 'model.layers.*.self_attn.q_proj'],
  layers: 2,
};

test.each([
  ['all-linear'],
  [['q_proj', 'linear_1']],
  [['multi_modal_projector.linear_2']],
  [['vision_tower.encoder.layers.2.self_attn.q_proj']],
  [['vision_tower.encoder.layers.*.self_attn.q_proj']],
] as const)('%j may be named', (targets) => {
  expect(moduleProblem(known, { targets, whole: [] })).toBeUndefined();
});

test("a tower's blocks are named whole: an end is the text's, and chosen layers are", () => {
  const tower = 'vision_tower.encoder.layers.1.self_attn.q_proj';
  expect(isSeeingTarget(tower, ['q_proj', 'layers.1.self_attn.q_proj'])).toBe(false);
  expect(isSeeingTarget(tower, [tower], [0])).toBe(true);
  const targets = [tower.replace('1', '3')];
  expect(moduleProblem(known, { targets, whole: [] })).toMatchObject({ field: 'lora_targets' });
});

test('what makes features of pictures has no layer, and is told where a name is none', () => {
  expect(moduleProblem(known, { targets: ['linear_1'], layers: [0], whole: [] })).toMatchObject({
    field: 'lora_targets',
  });
  expect(moduleProblem(known, { targets: ['fc1'], whole: [] })?.message).toBe(
    'no linear layer\'s name ends with "fc1", the model has q_proj, up_proj and, to make features of pictures, multi_modal_projector.linear_1, multi_modal_projector.linear_2, vision_tower.encoder.layers.*.self_attn.q_proj',
  );
});
