import { DatasetError } from './dataset-error.js';

/** Missing, null, and empty say the same of a field that may be missing. */
export const isAbsent = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0);

/** A row's fields by name, and its line for what is wrong with them. */
export class Row {
  constructor(
    readonly line: number,
    private readonly fields: Readonly<Record<string, unknown>>,
  ) {}

  has(field: string): boolean {
    return Object.hasOwn(this.fields, field);
  }

  get(field: string): unknown {
    return this.has(field) ? this.fields[field] : undefined;
  }

  /** The same row with other values of some fields. */
  with(changes: Readonly<Record<string, unknown>>): Row {
    return new Row(this.line, { ...this.fields, ...changes });
  }

  isGiven(field: string): boolean {
    return !isAbsent(this.get(field));
  }

  /** @throws DatasetError for what is no text, or blank. */
  text(field: string): string {
    return this.checkText(field, this.get(field));
  }

  optionalText(field: string): string | undefined {
    return this.isGiven(field) ? this.text(field) : undefined;
  }

  /** Of a field that may be missing: a list of texts. */
  texts(field: string): string[] {
    const texts = this.isGiven(field) ? this.get(field) : [];
    if (!Array.isArray(texts)) return this.refuse(field, 'must be a list of texts');
    return texts.map((text, i) => this.checkText(`${field}.${i}`, text));
  }

  /** @param value of the field, or of a part of it. */
  checkText(field: string, value: unknown): string {
    if (typeof value !== 'string') return this.refuse(field, 'must be text');
    return value.trim() === '' ? this.refuse(field, 'must not be empty') : value;
  }

  /** @throws DatasetError always. */
  refuse(field: string, expected: string): never {
    throw new DatasetError(this.line, field, expected);
  }
}
