// Pixels of a picture whose header has been checked.

import { ImageError } from '../errors/image.error.js';
import type { ImageHeader, Samples } from '../headers/header.js';
import type { RgbImage } from '../types.js';
import { cmykAsRgb, deepGreyAsRgb } from './samples.js';
import { type Sharp, sharp } from './sharp.js';

const MOST_SECONDS = 30;

/**
 * As in the file: not turned, no profile and no gamma applied, alpha left out and not blended.
 * @throws ImageError where it is damaged.
 */
export async function decode(bytes: Buffer, header: ImageHeader): Promise<RgbImage> {
  const image = await pixels(bytes, header).catch((cause: unknown) => {
    const what = `a ${header.format.toUpperCase()} picture cannot be decoded: expected one that is not damaged`;
    throw new ImageError(what, { cause });
  });
  if (image.width !== header.width || image.height !== header.height)
    throw new ImageError(
      `a picture has ${image.width} x ${image.height} pixels and says ${header.width} x ${header.height}: expected the same`,
    );
  return image;
}

async function pixels(bytes: Buffer, { width, height, samples }: ImageHeader): Promise<RgbImage> {
  const opened = sharp(bytes, {
    ignoreIcc: true,
    failOn: 'error',
    limitInputPixels: width * height,
    pages: 1,
  }).timeout({ seconds: MOST_SECONDS });
  const decoded = await layouts[samples](opened).toBuffer({ resolveWithObject: true });
  const { data, info } = decoded;
  return { width: info.width, height: info.height, data: asRgb(samples, data) };
}

/** What sharp is asked for, by what the file has. */
const layouts: Readonly<Record<Samples, (opened: Sharp) => Sharp>> = {
  'deep-grey': (opened) => opened.removeAlpha().toColourspace('grey16').raw({ depth: 'ushort' }),
  cmyk: (opened) => opened.pipelineColourspace('cmyk').toColourspace('cmyk').raw(),
  plain: (opened) => opened.removeAlpha().raw(),
};

function asRgb(samples: Samples, data: Buffer): Uint8Array {
  if (samples === 'cmyk') return cmykAsRgb(data);
  if (samples === 'deep-grey')
    return deepGreyAsRgb(new Uint16Array(data.buffer, data.byteOffset, data.length / 2));
  return data;
}
