// A failure that a retry cannot heal.

/**
 * Thrown by a job's handler: the job fails at once, whatever attempts are left. The message reaches
 * the job's owner.
 */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
  readonly permanent = true;
}

/** True for PermanentError and for any other error that says so of itself by `permanent: true`. */
export function isPermanent(error: unknown): boolean {
  return (error as { permanent?: unknown } | null)?.permanent === true;
}
