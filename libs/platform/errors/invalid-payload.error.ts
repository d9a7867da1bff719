// A job whose payload does not fit the catalog: refused by the producer, failed for good by the
// worker.
import type { z } from 'zod';
import { PermanentError } from './permanent.error.js';

export class InvalidPayloadError extends PermanentError {
  override readonly name = 'InvalidPayloadError';
  constructor(queue: string, error: z.ZodError) {
    const issues = error.issues.map(
      (issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`,
    );
    super(`invalid payload of ${queue}: ${issues.join('; ')}`);
  }
}
