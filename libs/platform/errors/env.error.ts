// A process started with an environment it cannot work with.

export class EnvError extends Error {
  override readonly name = 'EnvError';
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
