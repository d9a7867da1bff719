import { expect, test } from 'vitest';
import { remembered } from './remembered.js';

test('embeds no text twice, and gives the vectors in the order of the texts', async () => {
  const embedded: string[] = [];
  const model = remembered({
    async embed(texts) {
      embedded.push(...texts);
      return texts.map((text) => Float32Array.of(text.length));
    },
  });
  const lengths = async (...texts: string[]) => (await model.embed(texts)).map(([x]) => x);
  expect(await lengths('aa', 'b', 'aa')).toEqual([2, 1, 2]);
  expect(await lengths('ccc', 'b')).toEqual([3, 1]);
  expect(await lengths()).toEqual([]);
  expect(embedded).toEqual(['aa', 'b', 'ccc']);
});
