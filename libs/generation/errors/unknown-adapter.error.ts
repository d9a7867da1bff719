// An adapter that was never loaded: its requests are refused, never answered by the base model.

export class UnknownAdapterError extends Error {
  override readonly name = 'UnknownAdapterError';

  constructor(readonly adapter: string) {
    super(`unknown adapter "${adapter}"`);
  }
}
