import { expect, test } from 'vitest';
import type { Decoding } from '#generation/decoding/strategies.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { decodingOf, twinOf } from './decoding.js';

/** As the message comes where nothing is said. */
const none = { layers: null, without: '' };
const config = { ...TINY_CONFIG, numHiddenLayers: 32, tieWordEmbeddings: false };

const layersOf = (decoding: Decoding): readonly number[] =>
  'layers' in decoding ? decoding.layers : [];

test('a strategy has its own numbers, and layers by the depth of the model', () => {
  expect(decodingOf({ strategy: 'deco', ...none }, config)).toEqual({
    strategy: 'deco',
    layers: [20, 21, 22, 23, 24, 25, 26, 27, 28],
    alpha: 0.6,
    topP: 0.9,
    topK: 20,
  });
  const shallow = { ...config, numHiddenLayers: 30, tieWordEmbeddings: true };
  const read = (strategy: string) => layersOf(decodingOf({ ...none, strategy }, shallow));
  expect(read('deco')).toEqual([19, 20, 21, 22, 23, 24, 25, 26]);
  expect(read('dola')).toEqual([2, 4, 6, 8, 10, 12, 14]);
  expect(layersOf(decodingOf({ ...none, strategy: 'dola' }, config)).slice(0, 2)).toEqual([0, 2]);
});

test.each([1, 2, 3, 4])('a model of %i layers has layers for every strategy', (depth) => {
  for (const strategy of ['deco', 'dola', 'energy', 'sled']) {
    const shape = { ...config, numHiddenLayers: depth };
    const layers = layersOf(decodingOf({ ...none, strategy }, shape));
    expect(layers.length).toBeGreaterThan(0);
    const last = strategy === 'dola' || strategy === 'sled' ? depth - 1 : depth;
    for (const layer of layers) {
      expect(layer).toBeGreaterThanOrEqual(0);
      expect(layer).toBeLessThanOrEqual(last);
    }
  }
});

test('what a request says takes the place of what it leaves open', () => {
  const asked = { ...none, strategy: 'deco', layers: { from: 30, to: 32 }, alpha: 0, topK: 3 };
  expect(decodingOf(asked, config)).toMatchObject({ layers: [30, 31, 32], alpha: 0, topK: 3 });
});

test.each([
  [{ strategy: 'beam' }, 'strategy: expected one of cad, deco, dola, energy, sled, found "beam"'],
  [
    { layers: { from: 20, to: 33 } },
    'layers: expected the first and the last of layers from 0 to 32, as the model has 32 layers, found 20 and 33',
  ],
  [{ layers: { from: 9, to: 8 } }, 'layers: expected'],
  [
    { strategy: 'dola', layers: { from: 0, to: 32 } },
    'layers: expected the first and the last of layers from 0 to 31',
  ],
  [{ strategy: 'dola', alpha: 1 }, 'alpha: expected nothing with dola, found 1'],
  [{ strategy: 'energy', topK: 1 }, 'top_k: expected nothing with energy'],
  [{ alpha: -1 }, 'alpha: expected a number from 0 to 100, found -1'],
  [{ topP: 0 }, 'top_p'],
  [{ topP: NaN }, 'top_p'],
  [{ topK: 0 }, 'top_k'],
  [{ without: 'a' }, 'without: expected nothing with deco'],
  [{ strategy: 'cad' }, 'without: expected the last message, or the prompt, without its context'],
  [
    { strategy: 'cad', without: 'a', layers: { from: 1, to: 2 } },
    'layers: expected nothing with cad',
  ],
])('%j is refused by name', (wrong, message) => {
  expect(() => decodingOf({ strategy: 'deco', ...none, ...wrong }, config)).toThrow(
    `sampling.decoding.${message}`,
  );
});

test('a prompt without its context is the same conversation, or another text', () => {
  const sampling = { decoding: { ...none, strategy: 'cad', without: 'Is it wet?' } };
  const messages = [
    { role: 'system', content: 'Be brief.', parts: [] },
    { role: 'user', content: 'It rains. Is it wet?', parts: [] },
  ];
  const chat = { prompt: { chat: { messages }, prefix: 'It' }, sampling };
  expect(twinOf(chat as never)).toEqual({
    chat: { messages: [messages[0], { ...messages[1], content: 'Is it wet?' }] },
    prefix: 'It',
  });
  const text = { prompt: { text: 'It rains. Is it wet?', prefix: '' }, sampling };
  expect(twinOf(text as never)).toMatchObject({ text: 'Is it wet?' });
  expect(twinOf({ ...text, sampling: null } as never)).toBeUndefined();
});
