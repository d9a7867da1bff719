import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { services } from '../../test/testing/services.js';
import { pagePath, sections, settingsPage } from './page.js';

test('the committed page of settings is current: npm run docs:settings writes it', async () => {
  expect(readFileSync(pagePath, 'utf8')).toBe(await settingsPage());
});

test('every service has a section', () => {
  expect(sections.map(([title]) => title)).toEqual(expect.arrayContaining(services));
});

test.each(sections)('every variable of %s is described', (_title, _about, settings) => {
  expect(settings).not.toEqual([]);
  for (const { name, description } of settings)
    expect(description, `description of ${name}`).toMatch(/^.{10,}\.$/);
});
