// A local judge model that cannot be used.

/** Names the folder and what is wrong with it. Trying again does not help. */
export class JudgeModelError extends Error {
  override readonly name = 'JudgeModelError';
  readonly permanent = true;
  constructor(
    readonly folder: string,
    problem: string,
  ) {
    super(`judge model ${folder}: ${problem}`);
  }
}
