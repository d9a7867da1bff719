/** Something that cannot be chosen, or an option of it that it does not take. */
export class ChoiceError extends Error {
  override readonly name = 'ChoiceError';
  constructor(
    /** Path of the field below the choice; empty where the choice itself is at fault. */
    readonly path: readonly PropertyKey[],
    message: string,
  ) {
    super(message);
  }
}
