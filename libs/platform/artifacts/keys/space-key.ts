// The key of one space: names what lies there and gives each sealed object a key of its own.

import { createHmac, type KeyObject } from 'node:crypto';
import { deriveKey } from './derive-key.js';
import { TextKey } from './text-key.js';

export class SpaceKey {
  /** For what records say of the space. */
  readonly texts: TextKey;
  private readonly names: KeyObject;
  private readonly objects: KeyObject;

  /** @param bytes 32 of them. */
  constructor(
    readonly tenantId: string,
    readonly space: string,
    bytes: Uint8Array,
  ) {
    this.names = deriveKey(bytes, '', 'lethe space names v1');
    this.objects = deriveKey(bytes, '', 'lethe space objects v1');
    const texts = deriveKey(bytes, '', 'lethe space texts v1');
    this.texts = new TextKey(texts, `${tenantId}/${space}`);
  }

  /**
   * What a hash or a name is stored under: who has no key cannot even confirm a guess.
   * @returns HMAC-SHA-256, in hex.
   */
  name(text: string): string {
    return createHmac('sha256', this.names).update(text).digest('hex');
  }

  /** Where the store has it, and what a sealed object is bound to: "tenant/space/name". */
  path(name: string): string {
    return `${this.tenantId}/${this.space}/${name}`;
  }

  /** @param salt 32 random bytes, which stand in front of the sealed object. */
  objectKey(salt: Uint8Array): KeyObject {
    return deriveKey(this.objects, salt, 'lethe sealed object v1');
  }
}
