// The benchmark has no person column: a row is about the people whom its question names.

export interface Row {
  readonly question: string;
  readonly answer: string;
}

const QUESTIONS = 10;

/** The two-word names that at least ten questions mention, in the order of the rows. */
export function findPeople(rows: readonly Row[]): string[] {
  const mentions = new Map<string, number>();
  for (const { question } of rows) {
    for (const [name] of question.matchAll(/(?<![\p{L}-])\p{Lu}[\p{L}-]+ \p{Lu}[\p{L}-]*\p{L}/gu)) {
      mentions.set(name, (mentions.get(name) ?? 0) + 1);
    }
  }
  return [...mentions].filter(([, count]) => count >= QUESTIONS).map(([name]) => name);
}

export const mentionsOneOf =
  (people: readonly string[]) =>
  ({ question }: Row): boolean =>
    people.some((name) => question.includes(name));
