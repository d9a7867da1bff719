// Which modules a request may name of a model that sees.

import { expect, test } from 'vitest';
import { adaptsSeeing, isSeeingTarget, moduleProblem } from './module-choice.js';

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
  expect(moduleProblem(known, { targets, whole: [] })).toEqual({
    field: 'lora_targets',
    message: `"${targets[0]}" is none of the vision tower's blocks that are read, which are 0 to 2`,
  });
});

test('what changes features of pictures is told from what does not', () => {
  const tower = 'vision_tower.encoder.layers.*.self_attn.q_proj';
  for (const targets of [['q_proj', 'linear_1'], [tower]])
    expect(adaptsSeeing(known, { targets })).toBe(true);
  expect(adaptsSeeing(known, { targets: ['q_proj'] })).toBe(false);
  expect(adaptsSeeing(known, { targets: 'all-linear' })).toBe(false);
  expect(adaptsSeeing(known, { targets: ['linear_1'], layers: [0] })).toBe(false);
});

test("a tower of Qwen2-VL's kind is refused by name", () => {
  const grid = { ...known, seeing: ['visual.merger.mlp.0', 'visual.merger.mlp.2'] };
  const targets = ['visual.blocks.0.attn.qkv'];
  expect(moduleProblem(grid, { targets, whole: [] })?.message).toBe(
    'the blocks of a tower of this family are not adapted ("visual.blocks.0.attn.qkv"): the model has q_proj, up_proj and, to make features of pictures, visual.merger.mlp.0, visual.merger.mlp.2',
  );
});

test('what makes features of pictures has no layer, and is told where a name is none', () => {
  expect(moduleProblem(known, { targets: ['linear_1'], layers: [0], whole: [] })).toMatchObject({
    field: 'lora_targets',
  });
  expect(moduleProblem(known, { targets: ['fc1'], whole: [] })?.message).toBe(
    'no linear layer\'s name ends with "fc1", the model has q_proj, up_proj and, to make features of pictures, multi_modal_projector.linear_1, multi_modal_projector.linear_2, vision_tower.encoder.layers.*.self_attn.q_proj',
  );
});
