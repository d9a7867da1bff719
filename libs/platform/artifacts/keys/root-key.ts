// What wraps the tenants' keys, wherever it is kept.

export interface RootKey {
  /** Which key: stands beside what it wrapped, so that several may be known during a rotation. */
  readonly id: string;
  wrap(key: Uint8Array, context: string): Promise<Buffer>;
  /** @throws UnreadableKeyError for what is damaged or was wrapped by another key or for another context */
  unwrap(wrapped: Uint8Array, context: string): Promise<Buffer>;
}
