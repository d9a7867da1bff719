// What a photograph of 12 megapixels takes, from its file to what a tower takes:
// npm run bench:images

import { sharp } from '#images/decoding/sharp.js';
import { prepareImage } from '#images/preparing/prepare-image.js';
import type { ImageProcessor } from '#images/processors/image-processor.js';
import { readImage } from '#images/read-image.js';
import { clip336, smolvlm } from '#images/testing/published-processors.js';
import { imageLimits } from '#images/types.js';

const [WIDTH, HEIGHT] = [4000, 3000];
const RUNS = 5;

const processors: Readonly<Record<string, ImageProcessor>> = {
  'CLIP, 336 pixels': clip336,
  'SigLIP, 384 pixels': {
    kind: 'single',
    filter: 'bicubic',
    size: { width: 384, height: 384 },
    colours: clip336.colours,
  },
  'SmolVLM, one tile': { ...smolvlm, splits: false },
  'SmolVLM, 13 tiles': smolvlm,
};

/** Processor time: others may work on this machine. The least of several, once the code is warm. */
async function least(work: () => unknown): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return Math.min(...times).toFixed(0);
}

/** Slopes, edges and some grain. */
function photograph(): Uint8Array {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < data.length; i++) {
    const x = Math.floor(i / 3) % WIDTH;
    data[i] = 120 + 80 * Math.sin(x / 90 + i / 9e6) + ((Math.imul(i, 0x9e3779b1) >>> 24) & 15);
  }
  return data;
}

const raw = sharp(photograph(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const jpeg = await raw.clone().jpeg({ quality: 90 }).toBuffer();
const png = await raw.clone().png({ compressionLevel: 3 }).toBuffer();
const webp = await raw.clone().webp({ quality: 80, effort: 0 }).toBuffer();
console.log('| what | ms of processor time |\n| --- | --- |');
for (const [name, bytes] of Object.entries({ JPEG: jpeg, PNG: png, WebP: webp }))
  console.log(
    `| read a ${name} of ${(bytes.length / 1e6).toFixed(1)} MB | ${await least(() => readImage(bytes, { ...imageLimits, bytes: Infinity }))} |`,
  );
const image = await readImage(jpeg, imageLimits);
for (const [name, processor] of Object.entries(processors))
  console.log(`| prepare it for ${name} | ${await least(() => prepareImage(image, processor))} |`);
