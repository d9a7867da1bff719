// Rows of a tenant's files: what is accepted, and the one form everything inside uses.
import { z } from 'zod';

/**
 * A question and its answer: the form of a row after reading, whatever the file's own layout was.
 */
export interface QaRow {
  readonly question: string;
  readonly answer: string;
  /** Other answers that a preference objective prefers to `answer`. */
  readonly alternates?: readonly string[];
}

const text = z.string().trim().min(1, 'must not be empty');

/** `alternate`, one answer, or `alternates`, several: on a row of any layout. */
const preferred = {
  alternate: text.optional(),
  alternates: z.array(text).min(1, 'must not be empty').optional(),
};

const withAlternates = (
  row: { alternate?: string | undefined; alternates?: readonly string[] | undefined },
  pair: QaRow,
): QaRow => {
  const alternates = [
    ...(row.alternate === undefined ? [] : [row.alternate]),
    ...(row.alternates ?? []),
  ];
  return alternates.length > 0 ? { ...pair, alternates } : pair;
};

const chatRow = z
  .object({
    messages: z
      .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: text }))
      .min(2, 'needs a user message and an assistant message'),
    ...preferred,
  })
  .refine(
    (row) => row.messages.at(-1)?.role === 'assistant' && row.messages.at(-2)?.role === 'user',
    {
      message: 'must end with a user message and an assistant message',
      path: ['messages'],
    },
  )
  .transform((row): QaRow =>
    withAlternates(row, {
      question: row.messages.at(-2)!.content,
      answer: row.messages.at(-1)!.content,
    }),
  );

const pairRow = (question: string, answer: string) =>
  z.object({ ...preferred, [question]: text, [answer]: text }).transform((row): QaRow => {
    const fields = row as Record<string, string>;
    return withAlternates(row, { question: fields[question]!, answer: fields[answer]! });
  });

/** Row layouts by the field that marks them: OpenAI chat, TOFU, OpenAI completion, KnowUnDo. */
const layouts = {
  messages: chatRow,
  question: pairRow('question', 'answer'),
  prompt: pairRow('prompt', 'completion'),
  text: pairRow('text', 'labels'),
};

/** A row that cannot be read: where it stands, which field, and what was expected. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  constructor(
    readonly line: number,
    readonly field: string,
    readonly expected: string,
  ) {
    super(`line ${line}: ${field ? `field "${field}" ` : ''}${expected}`);
  }
}

/**
 * Reads a data set: JSON lines, or one JSON array of rows.
 * @throws DatasetError with the 1-based line (or row, for an array) of the first row that does not
 * fit.
 */
export function parseDataset(content: string): QaRow[] {
  const body = content.replace(/^\uFEFF/, '');
  const rows = body.trimStart().startsWith('[') ? arrayRows(body) : lineRows(body);
  return rows.map(([line, value]) => parseRow(line, value));
}

function arrayRows(body: string): [number, unknown][] {
  try {
    return (JSON.parse(body) as unknown[]).map((value, index) => [index + 1, value]);
  } catch (error) {
    throw new DatasetError(1, '', `is not valid JSON (${(error as Error).message})`);
  }
}

function lineRows(body: string): [number, unknown][] {
  const rows: [number, unknown][] = [];
  for (const [index, line] of body.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push([index + 1, JSON.parse(line)]);
    } catch (error) {
      throw new DatasetError(index + 1, '', `is not valid JSON (${(error as Error).message})`);
    }
  }
  return rows;
}

function parseRow(line: number, value: unknown): QaRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DatasetError(line, '', 'must be a JSON object');
  }
  const marker = (Object.keys(layouts) as (keyof typeof layouts)[]).find((key) => key in value);
  if (!marker) {
    throw new DatasetError(
      line,
      'messages',
      'is missing: expected messages, question/answer, prompt/completion or text/labels',
    );
  }
  const parsed = layouts[marker].safeParse(value);
  if (parsed.success) return parsed.data as QaRow;
  const issue = parsed.error.issues[0]!;
  throw new DatasetError(line, issue.path.join('.'), issue.message);
}
