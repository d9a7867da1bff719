// A base model that is in none of the model folders.

export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError';

  constructor(
    readonly model: string,
    readonly known: readonly string[],
  ) {
    super(`unknown model "${model}"; known: ${known.length ? known.join(', ') : 'none'}`);
  }
}
