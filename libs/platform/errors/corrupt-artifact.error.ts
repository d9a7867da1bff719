// Stored bytes that no longer match their address.
import { PermanentError } from './permanent.error.js';

export class CorruptArtifactError extends PermanentError {
  override readonly name = 'CorruptArtifactError';
  constructor(readonly hash: string) {
    super(`artifact ${hash} is damaged: its bytes do not match its address`);
  }
}
