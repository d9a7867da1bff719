import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { erasurePage, pagePath } from './page.js';

test('the committed page on erasure is current: npm run docs:erasure writes it', async () => {
  expect(readFileSync(pagePath, 'utf8')).toBe(await erasurePage());
});
