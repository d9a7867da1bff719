// Rows that a model's decoding is tuned on: a data set in any of the layouts, wrong answers beside the
// right one where it has them.

import { createHash } from 'node:crypto';
import { examplesOfRow, type ReadMessage } from '#contracts/dataset/examples-of-row.js';
import type { Row } from '#contracts/dataset/row.js';
import { partsOf } from '#contracts/examples.js';

export interface TuningRow {
  /** In its file. */
  readonly line: number;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly answer: string;
  readonly wrong: readonly string[];
}

/** One for each answer of the row. @throws DatasetError */
export function tuningRowsOf(row: Row): TuningRow[] {
  const named = row.texts('wrong');
  return examplesOfRow(row).map(({ messages, context, answer, wrong, choices = [] }) => ({
    line: row.line,
    messages: messages.map((message, i) =>
      asChat(i === messages.length - 1 && context ? withContext(message, context) : message),
    ),
    answer,
    wrong: named.length > 0 ? named : (wrong ?? choices.filter((choice) => choice !== answer)),
  }));
}

/** As everywhere a context stands before the question, and after a picture that stands first. */
function withContext({ content, images, ...message }: ReadMessage, context: string): ReadMessage {
  const before = `${context}\n\n`;
  const moved = images?.map((image) => ({
    ...image,
    at: image.at === 0 ? 0 : image.at + before.length,
  }));
  return { ...message, content: before + content, ...(moved ? { images: moved } : {}) };
}

/** Pictures as parts: data URLs, or ids of the tenant's files. */
function asChat({ role, content, images = [] }: ReadMessage): TuningRow['messages'][number] {
  if (images.length === 0) return { role, content };
  const parts = partsOf(content, images).map((part) =>
    typeof part === 'string'
      ? { type: 'text', text: part }
      : { type: 'image_url', image_url: { url: part.source, detail: part.detail ?? 'auto' } },
  );
  return { role, content: parts };
}

/**
 * Halves, by hashes of what is asked: the same question is never in both, and the order of the file
 * does not matter.
 */
export function halves(rows: readonly TuningRow[]): [tuning: TuningRow[], heldOut: TuningRow[]] {
  const byHash = new Map<string, TuningRow[]>();
  for (const row of rows) {
    const hash = createHash('sha256').update(JSON.stringify(row.messages)).digest('hex');
    byHash.set(hash, [...(byHash.get(hash) ?? []), row]);
  }
  const questions = [...byHash].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
  return [
    questions.filter((_, i) => i % 2 === 0).flat(),
    questions.filter((_, i) => i % 2 === 1).flat(),
  ];
}
