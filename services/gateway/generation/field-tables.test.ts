// The tables of docs/reference/completions.md have every field, each where it belongs.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chatSchema } from './chat-request.js';
import { completionSchema } from './completion-request.js';
import { embeddingsSchema } from './embeddings-request.js';
import { passedOver, refusedEverywhere, refusedInChat, refusedInText } from './other-fields.js';
import {
  passedOverInResponses,
  refusedInResponses,
  responseSchema,
} from './responses/response-request.js';

type Row = readonly [field: string, of: string];

function tableOf(heading: string): Row[] {
  const page = readFileSync('docs/reference/completions.md', 'utf8');
  const section = page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `(\w+)` +\| `?(\w+)/gm)].map(([, field = '', of = '']) => [
    field,
    of,
  ]);
}

const chat = new Set(Object.keys(chatSchema.shape));
const text = new Set(Object.keys(completionSchema.shape));
const ofWhat = (field: string): string =>
  chat.has(field) && text.has(field) ? 'both' : chat.has(field) ? 'chat' : 'text';
const isRefused = (field: string, kind: string): boolean =>
  field in refusedEverywhere || field in (kind === 'chat' ? refusedInChat : refusedInText);

const sorted = (rows: readonly Row[]): string[] => rows.map((row) => row.join(' ')).toSorted();

test('what is honoured', () => {
  const fields = [...new Set([...chat, ...text])].filter((field) => {
    const kinds = [...(chat.has(field) ? ['chat'] : []), ...(text.has(field) ? ['text'] : [])];
    return (
      !passedOver.some((name) => name === field) && kinds.some((kind) => !isRefused(field, kind))
    );
  });
  const honoured = fields.map((field): Row => {
    if (chat.has(field) && isRefused(field, 'chat')) return [field, 'text'];
    return [field, isRefused(field, 'text') ? 'chat' : ofWhat(field)];
  });
  expect(sorted(tableOf('Honoured'))).toEqual(sorted(honoured));
});

test('what is refused by name', () => {
  expect(sorted(tableOf('Refused by name'))).toEqual(
    sorted([
      ...Object.keys(refusedEverywhere).map((field): Row => [field, 'both']),
      ...Object.keys(refusedInChat).map((field): Row => [field, 'chat']),
      ...Object.keys(refusedInText).map((field): Row => [field, 'text']),
    ]),
  );
});

test('what becomes of the fields of responses', () => {
  const rows = tableOf('Responses');
  expect(rows.map(([field]) => field).toSorted()).toEqual(
    Object.keys(responseSchema.shape).toSorted(),
  );
  const fieldsOf = (fate: string): string[] =>
    rows.flatMap(([field, of]) => (of === fate ? [field] : [])).toSorted();
  expect(fieldsOf('refused')).toEqual(Object.keys(refusedInResponses).toSorted());
  expect(fieldsOf('passed')).toEqual([...passedOverInResponses].toSorted());
});

test('what embeddings take', () => {
  expect(tableOf('Embeddings').map(([field]) => field)).toEqual(
    Object.keys(embeddingsSchema.shape),
  );
});

test('what is passed over', () => {
  expect(sorted(tableOf('Passed over'))).toEqual(
    sorted(passedOver.map((field): Row => [field, 'both'])),
  );
});
