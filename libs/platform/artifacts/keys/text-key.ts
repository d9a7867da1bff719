// Seals the text that records hold beside a space's bytes: it is readable as long as they are.

import { createHmac, type KeyObject } from 'node:crypto';
import { UnreadableTextError } from '../../errors/unreadable-text.error.js';
import { decrypt, encrypt } from './aead.js';
import { deriveKey } from './derive-key.js';

declare const sealed: unique symbol;
declare const hashed: unique symbol;
/** Text that only the key of its space opens. */
export type SealedText = string & { readonly [sealed]: true };

/** What equal texts have in common: who has no key cannot even confirm a guess. */
export type HashedText = string & { readonly [hashed]: true };

/** Which no clear text begins with. */
export const PREFIX = 'lethe-sealed:';
/** Which no other hash begins with. */
export const HASHED = 'lethe-hashed:';

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

  /** HMAC-SHA-256. @param place where such hashes are compared: elsewhere a text has another. */
  hash(text: string, place: string): HashedText {
    const key = deriveKey(this.key, '', 'lethe text hashes v1');
    const hmac = createHmac('sha256', key).update(`${this.context(place)}\n${text}`);
    return `${HASHED}${hmac.digest('base64url')}` as HashedText;
  }

  private context(place: string): string {
    return `text of space ${this.space} at ${place}`;
  }
}
