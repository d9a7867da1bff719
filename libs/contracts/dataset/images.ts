// Images of a row. No model can be shown one yet, so that a row with one is refused, here alone: a
// model that sees takes it into its example's `images`.

import type { Row } from './row.js';

/** Fields that hold them: of a row, as in Hugging Face's data sets, or of a message, as in Ollama's. */
export const imageFields = ['images', 'image'];

/** Types of a message's parts: OpenAI's and Hugging Face's. */
const partTypes: readonly unknown[] = ['image_url', 'input_image', 'image'];

export const isImagePart = (part: Readonly<Record<string, unknown>>): boolean =>
  partTypes.includes(part['type']);

/** @throws DatasetError always. */
export const refuseImage = (row: Row, field: string): never =>
  row.refuse(field, 'is an image, which no model can be shown yet: expected text');
