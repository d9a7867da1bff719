// Membership inference by the loss, against how much a text says at all.

import { deflate } from 'pako';

/**
 * ZLib (Carlini et al., arXiv 2012.07805): loss over the length of the compressed text; high speaks
 * against membership. The text's length in UTF-8, compressed as zlib itself does: Node's zlib is
 * Chromium's, whose lengths differ by up to 7 % from those of Python's zlib.compress.
 * @param loss mean loss per token.
 */
export const zlibScore = (loss: number, text: string): number =>
  loss / deflate(new TextEncoder().encode(text)).length;
