// Opens the chunks of one object.

import { createDecipheriv, type KeyObject } from 'node:crypto';
import { CorruptArtifactError } from '../../errors/corrupt-artifact.error.js';
import type { SpaceKey } from '../keys/space-key.js';
import { ALGORITHM, HEADER, MAGIC, nonce, TAG } from './format.js';

export class ChunkOpener {
  private readonly key: KeyObject;

  /**
   * @param head the object's first bytes, at least its header.
   * @throws CorruptArtifactError
   */
  constructor(
    head: Buffer,
    private readonly spaceKey: SpaceKey,
    private readonly name: string,
  ) {
    if (head.length < HEADER || !head.subarray(0, MAGIC.length).equals(MAGIC)) throw this.damage();
    this.key = spaceKey.objectKey(head.subarray(MAGIC.length, HEADER));
  }

  /**
   * @param frame sealed bytes and tag.
   * @throws CorruptArtifactError where anything about it is not as it was sealed.
   */
  open(index: number, frame: Buffer, last: boolean): Buffer {
    if (frame.length < TAG) throw this.damage();
    const options = { authTagLength: TAG };
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce(index, last), options);
    decipher.setAAD(Buffer.from(this.spaceKey.path(last ? this.name : '')));
    decipher.setAuthTag(frame.subarray(-TAG));
    const chunk = decipher.update(frame.subarray(0, -TAG));
    try {
      decipher.final();
      return chunk;
    } catch {
      throw this.damage();
    }
  }

  damage(): CorruptArtifactError {
    return new CorruptArtifactError(this.spaceKey.path(this.name));
  }
}
