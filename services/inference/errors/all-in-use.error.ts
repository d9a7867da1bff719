// Every place of a bounded cache is taken by something that is being used.

export class AllInUseError extends Error {
  override readonly name = 'AllInUseError';
}
