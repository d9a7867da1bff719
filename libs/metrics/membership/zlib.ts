// Membership inference by the loss, against how much a text says at all.

import { deflateSync } from 'node:zlib';

/**
 * ZLib (Carlini et al., arXiv 2012.07805): loss over the length of the compressed text; high speaks
 * against membership. Node's zlib is Chromium's, whose lengths are within some 7 % of those of
 * Python's zlib.compress, so figures compare among themselves, but not digit by digit with
 * open-unlearning's.
 * @param loss mean loss per token.
 */
export const zlibScore = (loss: number, text: string): number => loss / deflateSync(text).length;
