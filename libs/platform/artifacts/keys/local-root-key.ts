// A root key whose bytes this process holds: from a file or from the environment.

import type { KeyObject } from 'node:crypto';
import { deriveKey } from './derive-key.js';
import type { RootKey } from './root-key.js';
import { unwrapKey, wrapKey } from './wrap.js';

/** Bytes of an id: enough to tell keys apart. */
const ID = 8;

export class LocalRootKey implements RootKey {
  /** The same for the same bytes, wherever they are kept; says nothing of them. */
  readonly id: string;
  private readonly key: KeyObject;

  /** @param bytes 32 of them. */
  constructor(bytes: Uint8Array) {
    const id = deriveKey(bytes, '', 'lethe root key id v1').export().subarray(0, ID);
    this.id = `local:${id.toString('hex')}`;
    this.key = deriveKey(bytes, '', 'lethe root key v1');
  }

  async wrap(key: Uint8Array, context: string): Promise<Buffer> {
    return wrapKey(this.key, key, context);
  }

  async unwrap(wrapped: Uint8Array, context: string): Promise<Buffer> {
    return unwrapKey(this.key, wrapped, context);
  }
}
