// Reads pictures on a thread of its own: one of 40 megapixels takes a second, in which calls are
// answered.

import { ImageError } from '#images/errors/image.error.js';
import { readImage } from '#images/read-image.js';
import { imageLimits } from '#images/types.js';
import { serve } from '#thread/serve.js';
import type { PictureProtocol } from './picture-protocol.js';

async function problemOf(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await readImage(bytes, imageLimits);
    return undefined;
  } catch (error) {
    if (ImageError.isInstance(error)) return error.publicMessage;
    throw error;
  }
}

await serve<PictureProtocol>(() => ({ calls: { problemOf } }));
