// A stream that ran past the size its receiver allows.

export class ArtifactTooLargeError extends Error {
  override readonly name = 'ArtifactTooLargeError';
  constructor(readonly maxBytes: number) {
    super(`larger than the ${maxBytes} bytes allowed`);
  }
}
