import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { UnreadableTextError } from '../../errors/unreadable-text.error.js';
import { SpaceKey } from './space-key.js';
import { isSealed, type SealedText } from './text-key.js';

const bytes = randomBytes(32);
const { texts } = new SpaceKey('acme', 'file-1', bytes);

test.each(['report.jsonl', '', 'Grüße 🌍', 'lethe-sealed:AQIDBAUGBwgJ', 'x'.repeat(100_000)])(
  'a sealed text is the same again, and says nothing of itself',
  (text) => {
    const sealed = texts.seal(text, 'files.filename/file-1');
    expect(isSealed(sealed)).toBe(true);
    expect(texts.open(sealed, 'files.filename/file-1')).toBe(text);
    expect(texts.seal(text, 'files.filename/file-1')).not.toBe(sealed);
    if (text !== '') expect(sealed).not.toContain(text);
  },
);

test('opens in its place and under its key alone', () => {
  const sealed = texts.seal('private', 'files.filename/file-1');
  const others = [
    new SpaceKey('acme', 'file-1', randomBytes(32)),
    new SpaceKey('acme', 'file-2', bytes),
    new SpaceKey('other', 'file-1', bytes),
  ].map((key) => () => key.texts.open(sealed, 'files.filename/file-1'));
  const elsewhere = () => texts.open(sealed, 'files.filename/file-2');
  for (const open of [...others, elsewhere]) expect(open).toThrow(UnreadableTextError);
  expect(elsewhere).toThrow('the text at files.filename/file-2 cannot be read');
});

test('equal texts hash alike in their place and under their key alone', () => {
  const hash = texts.hash('private', 'tenants.name_hash');
  expect(hash).toBe(texts.hash('private', 'tenants.name_hash'));
  const others = [
    texts.hash('private', 'jobs.idempotency_key'),
    texts.hash('Private', 'tenants.name_hash'),
    new SpaceKey('acme', 'file-1', randomBytes(32)).texts.hash('private', 'tenants.name_hash'),
    new SpaceKey('other', 'file-1', bytes).texts.hash('private', 'tenants.name_hash'),
  ];
  expect(new Set([hash, ...others]).size).toBe(5);
  expect(isSealed(hash)).toBe(false);
});

test('any change is noticed', () => {
  const sealed = texts.seal('private', 'x');
  const [prefix, sealing] = [sealed.slice(0, 13), Buffer.from(sealed.slice(13), 'base64url')];
  const opened = (changed: Buffer) => () =>
    texts.open(`${prefix}${changed.toString('base64url')}` as SealedText, 'x');
  expect(opened(sealing)()).toBe('private');
  for (let at = 0; at < sealing.length; at++) {
    const flipped = Buffer.from(sealing);
    flipped[at]! ^= 1;
    expect(opened(flipped)).toThrow(UnreadableTextError);
    expect(opened(sealing.subarray(0, at))).toThrow(UnreadableTextError);
  }
  for (const none of ['', 'private', `${prefix}~~`])
    expect(() => texts.open(none as SealedText, 'x')).toThrow(UnreadableTextError);
});
