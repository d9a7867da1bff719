// What kind of file bytes are, by how they begin.

import type { ImageFormat } from './header.js';
import { PNG_SIGNATURE } from './png.js';

interface Kind {
  /** As in a sentence. */
  readonly name: string;
  /** Of those that are read. */
  readonly format?: ImageFormat;
  /** Where the marks stand; 0 by default. */
  readonly at?: number;
  readonly marks: readonly string[];
}

const kinds: readonly Kind[] = [
  { name: 'PNG', format: 'png', marks: [PNG_SIGNATURE] },
  { name: 'JPEG', format: 'jpeg', marks: ['\xff\xd8\xff'] },
  { name: 'WebP', format: 'webp', at: 8, marks: ['WEBPVP8'] },
  { name: 'GIF', marks: ['GIF8'] },
  { name: 'TIFF', marks: ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'] },
  { name: 'AVIF', at: 4, marks: ['ftypavif', 'ftypavis'] },
  { name: 'HEIC', at: 4, marks: ['ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1'] },
  { name: 'JPEG XL', at: 4, marks: ['JXL '] },
  { name: 'JPEG XL', marks: ['\xff\x0a'] },
  { name: 'JPEG 2000', at: 4, marks: ['jP  '] },
  { name: 'BMP', marks: ['BM'] },
  { name: 'ICO', marks: ['\0\0\x01\0'] },
  { name: 'PDF', marks: ['%PDF'] },
];
const SVG = /^[^<]{0,9}<(?:\?xml|!DOCTYPE|svg|!--)/i;

/** Undefined: of no kind that is known. */
export function kindOf(bytes: Buffer): Kind | undefined {
  const start = bytes.toString('latin1', 0, 32);
  const found = kinds.find(({ at = 0, marks }) => marks.some((mark) => start.startsWith(mark, at)));
  return found ?? (SVG.test(start) ? { name: 'SVG', marks: [] } : undefined);
}
