// A teacher's endpoint that refused or never answered.

/**
 * The message holds no text of a request or reply: both quote the forget set, and job errors travel
 * through Redis.
 */
export class TeacherError extends Error {
  override readonly name = 'TeacherError';
  constructor(
    message: string,
    /** Trying again later would end the same way: bad key, unknown model, malformed request. */
    readonly permanent: boolean,
  ) {
    super(message);
  }
}
