// What is right of a question that takes yes or no.

export type YesNo = 'yes' | 'no';

/** @returns undefined for what says neither. */
export function yesNoOf(label: string): YesNo | undefined {
  const word = label.trim().toLowerCase();
  return word === 'yes' || word === 'no' ? word : undefined;
}
