// DSSE (github.com/secure-systems-lab/dsse, version 1): what is signed is the payload with its type.

import { type Envelope, envelopeSchema } from '#contracts/receipts/envelope.js';
import { UnverifiedReceiptError } from '../errors/unverified-receipt.error.js';
import type { PublicKey } from './public-key.js';
import type { SigningKey } from './signing-key.js';

const PAYLOAD_TYPE = envelopeSchema.shape.payloadType.value;

/** "DSSEv1", then type and payload with their lengths in bytes. */
export function preAuthEncoding(payload: Buffer): Buffer {
  const type = `${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE}`;
  return Buffer.concat([Buffer.from(`DSSEv1 ${type} ${payload.length} `), payload]);
}

export function signEnvelope(payload: Buffer, key: SigningKey): Envelope {
  const signature = key.sign(preAuthEncoding(payload)).toString('base64');
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: key.public.id, sig: signature }],
  };
}

/**
 * @param keys one of them must have signed.
 * @returns the payload.
 * @throws UnverifiedReceiptError
 */
export function openEnvelope(envelope: unknown, keys: readonly PublicKey[]): Buffer {
  const { data } = envelopeSchema.safeParse(envelope);
  if (!data) throw new UnverifiedReceiptError('it is no DSSE envelope of an in-toto statement');
  const payload = Buffer.from(data.payload, 'base64');
  const signed = preAuthEncoding(payload);
  const isVerified = data.signatures.some(({ sig }) =>
    keys.some((key) => key.verifies(signed, Buffer.from(sig, 'base64'))),
  );
  if (isVerified) return payload;
  const ids = data.signatures.map(({ keyid }) => keyid.slice(0, 64)).join(', ');
  throw new UnverifiedReceiptError(`none of the keys given has signed it (it names ${ids})`);
}
