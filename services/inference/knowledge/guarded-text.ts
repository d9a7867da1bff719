// What a model says of a row, let through sentence by sentence: nothing that was told is taken back.

import { endOfSentences } from '#knowledge/texts/sentences.js';

/**
 * Whether a text says no value or name of the base but the row's and the question's, and, where it is
 * whole, a value of the row's.
 */
type IsFounded = (text: string, isWhole: boolean) => Promise<boolean>;

export class GuardedText {
  private said = '';
  /** What was let through. */
  private told = '';

  constructor(private readonly isFounded: IsFounded) {}

  /**
   * All that was said is looked at again with each sentence: a value may begin in the one before.
   * @param isLast whether nothing comes after it.
   * @returns what may be told now; nothing where the answer must not go on or end so.
   */
  async add(piece: string, isLast: boolean): Promise<string | undefined> {
    this.said += piece;
    const { length } = this.told;
    const end = isLast ? this.said.length : endOfSentences(this.said, length);
    const whole = this.said.slice(0, end);
    if (end === length && !isLast) return '';
    if (!(await this.isFounded(whole, isLast))) return undefined;
    this.told = whole;
    return whole.slice(length);
  }

  /** What is told in the place of the rest: a text of its own, on a line of its own. */
  instead(text: string): string {
    const { told } = this;
    const rest = told.trim() === '' || told.endsWith('\n') ? text : `\n${text}`;
    this.told += rest;
    return rest;
  }

  /** All that was told. */
  get whole(): string {
    return this.told;
  }
}
