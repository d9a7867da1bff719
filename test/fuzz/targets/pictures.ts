// Pictures and their processors, as inference reads and prepares them.

import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { prepareImage } from '#images/preparing/prepare-image.js';
import type { ImageProcessor } from '#images/processors/image-processor.js';
import { readProcessor } from '#images/processors/read-processor.js';
import { readImage } from '#images/read-image.js';
import { imageLimits } from '#images/types.js';
import { goldenRoot } from '#testing/golden.js';
import { mutateBytes, mutateDocument } from '../mutate.js';
import type { Random } from '../random.js';
import { Finding, type Target } from '../target.js';
import { tempFolder } from '../temp-folder.js';

const FOLDER = join(goldenRoot, 'images');
const FILES = readdirSync(join(FOLDER, 'files')).map((name) =>
  readFileSync(join(FOLDER, 'files', name)),
);
interface Prepared {
  readonly config: object;
  readonly dims: readonly number[];
}
/** Without those that make millions of numbers of any picture. */
const CONFIGS = (JSON.parse(readFileSync(join(FOLDER, 'prepared.json'), 'utf8')) as Prepared[])
  .filter(({ dims }) => dims.reduce((product, dim) => product * dim, 1) < 500_000)
  .map(({ config }) => config);
/** Less than what may come: the process has a gigabyte. */
const LIMITS = { ...imageLimits, pixels: 1_000_000 };

/** A PNG whose damaged chunks have the check sums that they should have. */
function sealed(png: Buffer): Buffer {
  const out = Buffer.from(png);
  for (let at = 8; at + 12 <= out.length;) {
    const end = at + 8 + out.readUInt32BE(at);
    if (end + 4 > out.length) break;
    out.writeUInt32BE(crc32(out.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return out;
}

function picture(random: Random): Buffer {
  const bytes = Buffer.from(mutateBytes(random, random.pick(FILES)));
  return bytes[0] === 0x89 && random.chance(0.7) ? sealed(bytes) : bytes;
}

export const pictures: Target = {
  name: 'pictures',
  inputs: 4000,
  async open() {
    const folder = await tempFolder();
    const processor = async (random: Random): Promise<ImageProcessor> => {
      const config = random.pick(CONFIGS);
      const text = random.chance(0.3) ? mutateDocument(random, config) : JSON.stringify(config);
      await writeFile(join(folder.path, 'preprocessor_config.json'), text);
      return readProcessor(folder.path);
    };
    return {
      async run(random) {
        const image = await readImage(picture(random), LIMITS);
        const { pixels } = prepareImage(image, await processor(random));
        const size = pixels.dims.reduce((product, dim) => product * dim, 1);
        if (size !== pixels.data.length || !pixels.data.every(Number.isFinite))
          throw new Finding(`${pixels.dims.join(' x ')}: ${pixels.data.length} numbers`);
      },
      close: folder.remove,
    };
  },
};
