// An answer that a second server gives from its beginning, because the first one ended: whoever has
// heard a part of it is told the rest.

import { status } from '@grpc/grpc-js';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import { RpcError } from './rpc-error.js';

export class Retelling {
  /** Whether a server has answered otherwise: no other can go on. */
  differs = false;
  private told = '';
  private heard = '';

  /**
   * @returns the chunk without what was told; nothing where no more is left of it.
   * @throws RpcError where the answer is another
   */
  add(chunk: GenerateChunk__Output): GenerateChunk__Output | undefined {
    const { told } = this;
    const isLast = chunk.finishReason !== '';
    this.heard += chunk.text;
    const { heard } = this;
    this.differs = !heard.startsWith(told) && (isLast || !told.startsWith(heard));
    if (this.differs)
      throw new RpcError(status.UNAVAILABLE, 'the answer ended with its server; ask again');
    const text = heard.slice(told.length);
    if (text === '' && !isLast) return undefined;
    this.told += text;
    return { ...chunk, text };
  }

  /** Another server begins. */
  move(): void {
    this.heard = '';
  }
}
