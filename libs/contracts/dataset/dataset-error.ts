/** A row that cannot be read: where it stands, which field, and what was expected. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  /** `line 3, field "answer"`: the place alone, without a word of the row. */
  readonly place: string;

  /** @param line 1-based; in a JSON array, the element. */
  constructor(
    readonly line: number,
    readonly field: string,
    readonly expected: string,
  ) {
    super(`line ${line}: ${field ? `field "${field}" ` : ''}${expected}`);
    this.place = `line ${line}${field ? `, field "${field}"` : ''}`;
  }
}
