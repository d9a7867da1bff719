import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pagePath, parametersOf, sizesPage } from './page.js';
import { shapes } from './shapes.js';

test('the committed page of sizes is current: npm run docs:sizes writes it', async () => {
  expect(readFileSync(pagePath, 'utf8')).toBe(await sizesPage());
});

/** As their publishers count them. */
const counted = {
  'SmolLM2-135M': 134_515_008,
  'Qwen2.5-0.5B': 494_032_768,
  'Llama-3.2-1B': 1_235_814_400,
  'Llama-2-7B': 6_738_415_616,
  'Llama-3.1-8B': 8_030_261_248,
};

test('shapes are those of the models that they are named for', () => {
  const own = Object.keys(counted).map((name) => [name, parametersOf(shapes.get(name)!)]);
  expect(Object.fromEntries(own)).toEqual(counted);
});
