// Raised where a run cannot start: options that contradict each other, rows that do not fit.
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
