// Bytes or a reference that the tenant does not have.
import { PermanentError } from './permanent.error.js';

export class ArtifactNotFoundError extends PermanentError {
  override readonly name = 'ArtifactNotFoundError';
  constructor(readonly artifact: string) {
    super(`no artifact ${artifact}`);
  }
}
