// Raised where a gradient would have to flow through an op that has none.

export class NoGradientError extends Error {
  override readonly name = 'NoGradientError';
  constructor(
    readonly op: string,
    why = 'it has no gradient rule',
  ) {
    super(`no gradient through ${op}: ${why}`);
  }
}
