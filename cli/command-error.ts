// An error of the `lethe` command itself: a sentence for the user and an exit code for scripts.

export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}
