// An artifact that was named as an adapter and is none, or one of another model.

export class UnusableAdapterError extends Error {
  override readonly name = 'UnusableAdapterError';
}
