// The platform could not be started or stopped; the message is a sentence for the person at the
// terminal.

export class PlatformError extends Error {
  override readonly name = 'PlatformError';
}
