import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Envelope } from '#contracts/receipts/envelope.js';
import type { Statement } from '#contracts/receipts/statement.js';
import { UnverifiedReceiptError } from '../errors/unverified-receipt.error.js';
import { openEnvelope, preAuthEncoding, signEnvelope } from './dsse.js';
import { issueReceipt, readReceipt } from './receipt.js';
import { SigningKey } from './signing-key.js';
import { erased, unlearned } from './testing/statements.js';

const newKey = () => new SigningKey(generateKeyPairSync('ed25519').privateKey);
const key = newKey();
const content = ({ payload }: Envelope) =>
  JSON.parse(String(Buffer.from(payload, 'base64'))) as Record<string, unknown>;

test.each([erased(), unlearned()])('what was issued is read again: $predicateType', (statement) => {
  const { envelope, hash } = issueReceipt(statement, key);
  const receipt = readReceipt(JSON.parse(JSON.stringify(envelope)), [newKey().public, key.public]);
  expect(receipt).toEqual({
    statement: { _type: 'https://in-toto.io/Statement/v1', ...statement },
    hash,
  });
});

describe('other tools', () => {
  const { envelope } = issueReceipt(unlearned(), key);

  test('a signature covers what DSSE says, worked out by hand', () => {
    expect(String(preAuthEncoding(Buffer.from('{"ä":1}')))).toBe(
      'DSSEv1 28 application/vnd.in-toto+json 8 {"ä":1}',
    );
    const payload = Buffer.from(envelope.payload, 'base64');
    const signed = Buffer.concat([
      Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `),
      payload,
    ]);
    const signature = Buffer.from(envelope.signatures[0]!.sig, 'base64');
    expect(verify(null, signed, createPublicKey(key.public.pem), signature)).toBe(true);
  });

  const sigstore = (given: Envelope) => {
    const bundle = bundleFromJSON({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: key.public.id }, tlogEntries: [] },
      dsseEnvelope: given,
    });
    const verifier = new Verifier(
      {
        certificateAuthorities: [],
        timestampAuthorities: [],
        tlogs: [],
        ctlogs: [],
        publicKey: (hint) => {
          expect(hint).toBe(key.public.id);
          return { publicKey: createPublicKey(key.public.pem), validFor: () => true };
        },
      },
      { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
    );
    return verifier.verify(toSignedEntity(bundle));
  };

  test("Sigstore's verifier takes the envelope, and none that was changed", () => {
    expect(sigstore(envelope).key.asymmetricKeyType).toBe('ed25519');
    const changed = Buffer.from(envelope.payload, 'base64');
    changed[100]! ^= 1;
    expect(() => sigstore({ ...envelope, payload: changed.toString('base64') })).toThrow(
      'signature verification failed',
    );
  });
});

describe('what proves nothing', () => {
  const { envelope } = issueReceipt(erased(), key);
  const [signature] = envelope.signatures;
  const other = issueReceipt(erased({ sequence: 1, previous: 'a'.repeat(64) }), key).envelope;
  const forged: [string, unknown][] = [
    ['the payload of another', { ...envelope, payload: other.payload }],
    ['another key', issueReceipt(erased(), newKey()).envelope],
    [
      'another key that names ours',
      {
        ...envelope,
        signatures: [
          {
            keyid: key.public.id,
            sig: issueReceipt(erased(), newKey()).envelope.signatures[0]!.sig,
          },
        ],
      },
    ],
    ['an empty signature', { ...envelope, signatures: [{ ...signature!, sig: '' }] }],
    ['no signature', { ...envelope, signatures: [] }],
    ['another type', { ...envelope, payloadType: 'application/json' }],
    ['a word more', { ...envelope, note: 'x' }],
    ['text', 'verified'],
    ['nothing', null],
  ];
  test.each(forged)('%s', (_, value) => {
    expect(() => readReceipt(value, [key.public])).toThrow(UnverifiedReceiptError);
  });

  test('every byte of it changed', () => {
    const payload = Buffer.from(envelope.payload, 'base64');
    for (let at = 0; at < payload.length; at++) {
      const changed = Buffer.from(payload);
      changed[at]! ^= 1;
      const value = { ...envelope, payload: changed.toString('base64') };
      expect(() => readReceipt(value, [key.public])).toThrow(UnverifiedReceiptError);
    }
  });

  test('a signature of payload without its type', () => {
    const payload = Buffer.from(envelope.payload, 'base64');
    const sig = key.sign(payload).toString('base64');
    const value = { ...envelope, signatures: [{ keyid: key.public.id, sig }] };
    expect(() => openEnvelope(value, [key.public])).toThrow(UnverifiedReceiptError);
  });

  test.each(['{}', 'text', '[]', JSON.stringify({ ...content(envelope), note: 'x' })])(
    'a signed payload that is no receipt: %s',
    (text) => {
      const value = signEnvelope(Buffer.from(text), key);
      expect(() => readReceipt(value, [key.public])).toThrow('what this version does not know');
    },
  );
});

describe('text of a tenant', () => {
  const refused = (change: (statement: Record<string, never>) => void) => {
    const statement = structuredClone(unlearned()) as unknown as Record<string, never>;
    change(statement);
    return () => issueReceipt(statement as unknown as Omit<Statement, '_type'> as never, key);
  };
  const changes: [string, (statement: any) => void][] = [
    ['a field more', (s) => (s.predicate.suffix = 'secret')],
    ['a field of settings', (s) => (s.predicate.settings.metadata = { a: 'secret' })],
    ['names of modules', (s) => (s.predicate.settings.hyperparameters.lora_targets = ['secret'])],
    ['an option of an objective', (s) => (s.predicate.settings.objective.note = 'secret')],
    ['an objective', (s) => (s.predicate.settings.objective.type = 'secret')],
    ['a figure', (s) => (s.predicate.before.kfr = 'secret')],
    ['a figure more', (s) => (s.predicate.before.secret = 1)],
    ["a model's name", (s) => (s.predicate.job = 'ft:lethe-tiny:secret')],
    ['a digest', (s) => (s.subject[0].digest.sha256 = 'secret')],
    ['a name', (s) => (s.subject[0].name = 'secret.jsonl')],
    ['an annotation', (s) => (s.subject[0].annotations = { a: 'secret' })],
    ['a time', (s) => (s.predicate.createdAt = 'secret')],
    ['a version', (s) => (s.predicate.release.version = '1.0.0-secret')],
    ['no subject', (s) => (s.subject = [])],
    ['a file to evaluate with', (s) => (s.predicate.settings.evaluation.forget_file = 'secret')],
  ];
  test.each(changes)('%s is refused', (_, change) => {
    expect(refused(change)).toThrow();
  });
});
