// Seals the chunks of one object.

import { createCipheriv, randomBytes, type KeyObject } from 'node:crypto';
import type { SpaceKey } from '../keys/space-key.js';
import { ALGORITHM, MAGIC, nonce, SALT } from './format.js';

export class ChunkSealer {
  /** Stands in front of the first chunk. */
  readonly header: Buffer;
  private readonly key: KeyObject;

  constructor(
    private readonly spaceKey: SpaceKey,
    salt: Buffer = randomBytes(SALT),
  ) {
    this.header = Buffer.concat([MAGIC, salt]);
    this.key = spaceKey.objectKey(salt);
  }

  /** @param name the object's, with its last chunk alone. @returns sealed bytes and tag. */
  seal(index: number, chunk: Uint8Array, name?: string): [Buffer, Buffer] {
    const cipher = createCipheriv(ALGORITHM, this.key, nonce(index, name !== undefined));
    cipher.setAAD(Buffer.from(this.spaceKey.path(name ?? '')));
    const sealed = cipher.update(chunk);
    cipher.final();
    return [sealed, cipher.getAuthTag()];
  }
}
