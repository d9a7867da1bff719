// Images of a row as artifacts.

import type { Example } from '../examples.js';
import type { Artifact } from '../spaces.js';
import { DatasetError } from './dataset-error.js';
import type { ReadExample } from './examples-of-row.js';
import type { ReadImage } from './images.js';

/** @returns where its bytes are, or what is wrong with it, in words. */
export type OpenImage = (image: ReadImage) => Promise<Artifact | string>;

/** @throws DatasetError for an image that cannot be opened */
export async function withOpened(
  line: number,
  { messages, ...rest }: ReadExample,
  open: OpenImage,
): Promise<Example> {
  const opened: Example['messages'][number][] = [];
  for (const { images = [], ...said } of messages) {
    const shown = [];
    for (const { field, source, ...place } of images) {
      const file = await open({ field, source, ...place });
      if (typeof file === 'string') throw new DatasetError(line, field, file);
      shown.push({ file, ...place });
    }
    opened.push({ ...said, ...(shown.length > 0 ? { images: shown } : {}) });
  }
  return { ...rest, messages: opened };
}

/** For who keeps no images. @throws DatasetError where there are some */
export function withoutImages(line: number, { messages, ...rest }: ReadExample): Example {
  const said = messages.map(({ images: [shown] = [], ...message }) => {
    if (shown) throw new DatasetError(line, shown.field, 'is an image: expected text alone');
    return message;
  });
  return { ...rest, messages: said };
}
