// A knowledge base that cannot be: a row that does not fit, or rows that contradict each other.

import { Failure } from '#failure/failure.js';

export class KnowledgeBaseError extends Failure {
  static {
    this.define('knowledge-base', { permanent: true });
  }

  /**
   * @param place where in the file, without a word of it, such as `line 3, field "name"`.
   * @param expected what was expected there; it may quote the row, and stays in this process.
   */
  constructor(
    readonly place: string,
    expected: string,
  ) {
    super(place === '' ? expected : `${place}: ${expected}`, {
      publicMessage: `the knowledge base cannot be read${place === '' ? '' : ` (${place})`}`,
    });
  }
}
