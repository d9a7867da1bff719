import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { readProcessor } from '../processors/read-processor.js';
import { noisyImage } from '../testing/noise.js';
import { prepareImage } from './prepare-image.js';

interface Prepared {
  readonly config: Readonly<Record<string, unknown>>;
  readonly image: readonly [number, number, number];
  readonly dims: readonly number[];
  readonly layout: Readonly<Record<string, unknown>>;
  readonly sha256: string;
  readonly values: readonly (readonly [number, number])[];
}
const prepared = JSON.parse(
  readFileSync(join(goldenRoot, 'images/prepared.json'), 'utf8'),
) as Prepared[];
const folder = useTempFolder();

const types = [...new Set(prepared.map(({ config }) => String(config['image_processor_type'])))];

test.each(types)("%s's pixel values are transformers', in every bit", async (type) => {
  const cases = prepared.filter(({ config }) => config['image_processor_type'] === type);
  expect(cases.length).toBeGreaterThan(1);
  for (const { config, image, values, ...expected } of cases) {
    await writeFile(join(folder.path, 'preprocessor_config.json'), JSON.stringify(config));
    const processor = await readProcessor(folder.path);
    const { pixels, layout } = prepareImage(noisyImage(...image), processor);
    const bytes = Buffer.from(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength);
    expect({
      dims: pixels.dims,
      layout,
      sha256: createHash('sha256').update(bytes).digest('hex').slice(0, 32),
      values: values.map(([at]) => [at, pixels.data[at]]),
    }).toEqual({ ...expected, layout: expect.objectContaining(expected.layout), values });
  }
});
