import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { parseHfConfig } from '../checkpoints/hf-config.js';
import type { VisionConfig } from '../types.js';
import { imageFeatures, imageTokens } from './image-tokens.js';

const visionOf = (json: Readonly<Record<string, unknown>>): VisionConfig => {
  const { vision } = parseHfConfig('config.json', json);
  if (!vision) throw new RangeError('sees nothing');
  return vision;
};
const textOf = (vision: VisionConfig, layout: Parameters<typeof imageTokens>[1]): string =>
  imageTokens(vision, layout)
    .map((piece) => ('text' in piece ? piece.text : '<image>'.repeat(piece.placeholders)))
    .join('');

const expansions = JSON.parse(
  readFileSync(join(goldenRoot, 'vision', 'expansion.json'), 'utf8'),
) as readonly { rows: number; columns: number; features: number; text: string }[];

test.each(expansions)("$rows x $columns tiles: transformers' own text", (expected) => {
  const { rows, columns, features, text } = expected;
  const vision = visionOf({
    model_type: 'smolvlm',
    vision_config: { image_size: 64, patch_size: 16 },
  });
  const layout = { kind: 'tiles', rows, columns } as const;
  expect(textOf(vision, layout)).toBe(text);
  expect(imageFeatures(vision, layout)).toBe((rows * columns + 1) * features);
});

test.each<[string, object, number]>([
  ['LLaVA 1.5', {}, 576],
  [
    'SigLIP of 384 pixels, all of its tokens',
    {
      vision_config: { model_type: 'siglip_vision_model', image_size: 384, patch_size: 14 },
      vision_feature_select_strategy: 'full',
    },
    729,
  ],
])('%s', (_, changes, features) => {
  const vision = visionOf({ model_type: 'llava', ...changes });
  expect(imageTokens(vision, { kind: 'single' })).toEqual([{ placeholders: features }]);
  expect(imageFeatures(vision, { kind: 'single' })).toBe(features);
});

const sizes = JSON.parse(
  readFileSync(join(goldenRoot, 'vision', 'anyres.json'), 'utf8'),
) as readonly {
  height: number;
  width: number;
  rows: number;
  columns: number;
  features: number;
}[];

test("LLaVA-NeXT: as many placeholders as transformers' own processor writes", () => {
  const vision = visionOf({ model_type: 'llava_next' });
  for (const { features, ...size } of sizes) {
    const layout = { kind: 'anyres', ...size } as const;
    expect(imageTokens(vision, layout), JSON.stringify(size)).toEqual([{ placeholders: features }]);
  }
});

test("a picture prepared for another family's model is refused", () => {
  const tiles = { kind: 'tiles', rows: 1, columns: 1 } as const;
  expect(() => imageTokens(visionOf({ model_type: 'llava' }), tiles)).toThrow(
    'pictures of a llava model have the layout "single", found "tiles"',
  );
  const smolvlm = visionOf({
    model_type: 'smolvlm',
    vision_config: { image_size: 64, patch_size: 16 },
  });
  expect(() => imageTokens(smolvlm, { kind: 'single' })).toThrow('"tiles", found "single"');
});
