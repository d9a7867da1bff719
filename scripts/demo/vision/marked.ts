// Which words of a caption name objects, and whether these are in the picture.

import { objectNames, type ObjectName } from '../../../models/lethe-tiny-vl/scenes/objects.js';

export interface Piece {
  readonly text: string;
  /** Absent: no object's name. */
  readonly isThere?: boolean;
}

const names = new RegExp(`\\b(${objectNames.join('|')})\\b`, 'i');

export const marked = (caption: string, there: readonly ObjectName[]): Piece[] =>
  caption
    .split(names)
    .filter((text) => text !== '')
    .map((text) => {
      const name = objectNames.find((one) => one === text.toLowerCase());
      return name ? { text, isThere: there.includes(name) } : { text };
    });
