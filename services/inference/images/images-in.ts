// The pictures that a prompt shows.

import type { Image__Output } from '#contracts/generated/lethe/inference/v1/Image.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';

/** In their order. */
export const imagesIn = (prompt: Prompt__Output | null): Image__Output[] =>
  (prompt?.chat?.messages ?? []).flatMap(({ parts }) =>
    parts.flatMap(({ image }) => (image ? [image] : [])),
  );
