// The key of one tenant: wraps the keys of its spaces and names what the tenant alone may recognise.

import { createHmac, type KeyObject } from 'node:crypto';
import { deriveKey } from './derive-key.js';
import { SpaceKey } from './space-key.js';
import { unwrapKey, wrapKey } from './wrap.js';

export class TenantKey {
  private readonly names: KeyObject;
  private readonly spaces: KeyObject;

  /** @param bytes 32 of them. */
  constructor(
    readonly tenantId: string,
    bytes: Uint8Array,
  ) {
    this.names = deriveKey(bytes, '', 'lethe tenant names v1');
    this.spaces = deriveKey(bytes, '', 'lethe tenant spaces v1');
  }

  /** @returns HMAC-SHA-256, in hex. */
  name(text: string): string {
    return createHmac('sha256', this.names).update(text).digest('hex');
  }

  wrapSpace(space: string, bytes: Uint8Array): Buffer {
    return wrapKey(this.spaces, bytes, this.context(space));
  }

  /** @throws UnreadableKeyError */
  unwrapSpace(space: string, wrapped: Uint8Array): SpaceKey {
    const bytes = unwrapKey(this.spaces, wrapped, this.context(space));
    return new SpaceKey(this.tenantId, space, bytes);
  }

  private context(space: string): string {
    return `key of space ${this.tenantId}/${space}`;
  }
}
