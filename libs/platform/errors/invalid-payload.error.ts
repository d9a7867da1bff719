// A job whose payload does not fit the catalog.

import type { z } from 'zod';
import { Failure } from '#failure/failure.js';

export class InvalidPayloadError extends Failure {
  static {
    this.define('invalid-payload', { permanent: true });
  }

  constructor(queue: string, error: z.ZodError) {
    const issues = error.issues.map(
      (issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`,
    );
    super(`invalid payload of ${queue}: ${issues.join('; ')}`);
  }
}
