// Every committed manifest: its form, its recipes, and its files where they lie beside the checkout.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#supervisor/layout.js';
import { sharedData } from '#testing/shared-data.js';
import { findFile } from './data.js';
import { readManifest } from './manifest.js';

const folder = join(projectRoot, 'benchmarks');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test.each(names)('%s has a manifest with a recipe for all that it expects', async (name) => {
  const { expected, ...manifest } = await readManifest(name);
  expect(manifest.name).toBe(name);
  for (const recipe of Object.keys(expected))
    expect(existsSync(join(folder, name, `${recipe}.json`)), recipe).toBe(true);
});

test.each(names)('the files of %s are those of its manifest', async (name) => {
  const manifest = await readManifest(name);
  for (const { path } of manifest.files) {
    const found = sharedData(join(manifest.folder ?? name, path));
    if (found) expect(await findFile(manifest, path)).toBe(found);
  }
});
