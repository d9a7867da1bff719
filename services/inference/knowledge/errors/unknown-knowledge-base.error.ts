// A knowledge base that the tenant does not have, or that was erased: nothing is answered in its place.

import { Failure } from '#failure/failure.js';

export class UnknownKnowledgeBaseError extends Failure {
  static {
    this.define('unknown-knowledge-base', { permanent: true });
  }

  constructor(hash: string, cause?: unknown) {
    super(`unknown knowledge base "${hash}"`, { cause });
  }
}
