import { expect, test } from 'vitest';
import { z } from 'zod';
import { envelopeSchema } from './envelope.js';
import { statementSchema } from './statement.js';

type Node = Record<string, unknown>;

/** Every part of a JSON Schema that describes a value. */
function* nodes(node: unknown): Generator<Node> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield node as Node;
  for (const child of Object.values(node)) yield* nodes(child);
}

const document = [...nodes(z.toJSONSchema(statementSchema))];

test('a receipt has no place for text: strings are ids, hashes, times, versions or known words', () => {
  const strings = document.filter(({ type }) => type === 'string');
  const open = strings.filter((node) => !('enum' in node) && !('const' in node));
  expect(new Set(open.map(({ pattern }) => pattern))).toEqual(
    new Set([
      '^[A-Za-z0-9_-]{1,80}$',
      '^[0-9a-f]{64}$',
      '^[0-9a-f]{40}(-dirty)?$',
      String.raw`^\d{1,9}\.\d{1,9}\.\d{1,9}(-(alpha|beta|rc)\.\d{1,9})?$`,
      expect.stringMatching(/T/),
    ]),
  );
  expect(strings.length).toBeGreaterThan(open.length);
});

test('a receipt has no place for more than is named', () => {
  const objects = document.filter(({ type }) => type === 'object');
  expect(objects.length).toBeGreaterThan(10);
  for (const { additionalProperties } of objects) expect(additionalProperties).toBe(false);
  expect(document.filter((node) => Object.keys(node).length === 0)).toEqual([]);
});

test.each([
  {},
  { payloadType: 'application/vnd.in-toto+json', payload: 'e30=', signatures: [] },
  { payloadType: 'text/plain', payload: 'e30=', signatures: [{ keyid: '', sig: '' }] },
  {
    payloadType: 'application/vnd.in-toto+json',
    payload: '{}',
    signatures: [{ keyid: '', sig: '' }],
  },
])('%j is no envelope', (value) => {
  expect(envelopeSchema.safeParse(value).success).toBe(false);
});
