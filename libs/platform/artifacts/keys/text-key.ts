// Seals the text that records hold beside a space's bytes: it is readable as long as they are.

import type { KeyObject } from 'node:crypto';
import { UnreadableTextError } from '../../errors/unreadable-text.error.js';
import { decrypt, encrypt } from './aead.js';

declare const sealed: unique symbol;
/** Text that only the key of its space opens. */
export type SealedText = string & { readonly [sealed]: true };

/** Which no clear text begins with. */
export const PREFIX = 'lethe-sealed:';

export const isSealed = (text: string): boolean => text.startsWith(PREFIX);

export class TextKey {
  constructor(
    private readonly key: KeyObject,
    /** Which space's: no other's text is taken for its own. */
    private readonly space: string,
  ) {}

  /** @param place where the text is kept: it opens nowhere else. */
  seal(text: string, place: string): SealedText {
    const bytes = encrypt(this.key, Buffer.from(text), this.context(place));
    return `${PREFIX}${bytes.toString('base64url')}` as SealedText;
  }

  /** @throws UnreadableTextError */
  open(text: SealedText, place: string): string {
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
    const opened = isSealed(text) ? decrypt(this.key, bytes, this.context(place)) : null;
    if (opened) return opened.toString();
    throw new UnreadableTextError(place);
  }

  private context(place: string): string {
    return `text of space ${this.space} at ${place}`;
  }
}
