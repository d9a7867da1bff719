// An artifact that was named as a knowledge base and is none, is damaged, or is too large.

import { Failure } from '#failure/failure.js';

export class UnusableKnowledgeBaseError extends Failure {
  static {
    this.define('unusable-knowledge-base', { permanent: true });
  }
}
