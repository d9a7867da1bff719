// A log file that the TOFU report cannot be computed from.

/** Names the file and the path of the key that is missing or does not fit. */
export class LogFormatError extends Error {
  override readonly name = 'LogFormatError';
  constructor(
    readonly file: string,
    readonly key: string,
    readonly problem: string,
  ) {
    super(`${file}: ${key ? `key "${key}" ` : ''}${problem}`);
  }
}
