// What of a migration the release before cannot live with: while services are rolled out, and after a
// roll-back, it runs on the schema of its successor.

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bDROP\s+(TABLE|COLUMN|SCHEMA|SEQUENCE|VIEW|TYPE)\b/i, 'takes away what it reads'],
  [/\bRENAME\b/i, 'renames what it reads'],
  [/\bALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE\b/i, 'changes the type of what it reads'],
  [/\bSET\s+NOT\s+NULL\b/i, 'asks for what it does not write'],
  [/\bDROP\s+DEFAULT\b/i, 'asks for what it does not write'],
  [
    /\bADD\s+CONSTRAINT\b.*\b(CHECK|UNIQUE|PRIMARY\s+KEY|FOREIGN\s+KEY)\b/is,
    'binds what it writes',
  ],
  [/\bCREATE\s+UNIQUE\s+INDEX\b/i, 'binds what it writes'],
  [/\bTRUNCATE\b/i, 'takes away what it reads'],
];

const isColumn = /\bADD\s+(COLUMN\s+)?"?\w+"?/i;
const isDemanded = /\bNOT\s+NULL\b/i;
const isGiven = /\b(DEFAULT|GENERATED)\b/i;

/** @returns why the release before breaks on the migration's statements; none: it does not. */
export function breaking(migration: string): string[] {
  const statements = migration.split('--> statement-breakpoint');
  const made = new Set(statements.flatMap((one) => /CREATE TABLE "(\w+)"/.exec(one)?.[1] ?? []));
  return statements.flatMap((statement) => {
    const table = /(?:ALTER TABLE|\bON) "(\w+)"/.exec(statement)?.[1];
    // A table that is new is bound as it likes: nobody else writes into it.
    if (table !== undefined && made.has(table)) return [];
    const found = patterns.filter(([pattern]) => pattern.test(statement)).map(([, why]) => why);
    const demands =
      /ALTER TABLE/i.test(statement) &&
      isColumn.test(statement) &&
      isDemanded.test(statement) &&
      !isGiven.test(statement);
    return demands ? [...found, 'asks for a column that it does not write'] : found;
  });
}
