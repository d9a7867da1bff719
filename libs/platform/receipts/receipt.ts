// Issues receipts and reads them.

import { createHash } from 'node:crypto';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { type Statement, statementSchema } from '#contracts/receipts/statement.js';
import { UnverifiedReceiptError } from '../errors/unverified-receipt.error.js';
import { openEnvelope, signEnvelope } from './dsse.js';
import type { PublicKey } from './public-key.js';
import type { SigningKey } from './signing-key.js';

export interface Receipt {
  readonly statement: Statement;
  /** Of the payload: what the next one of the log names. */
  readonly hash: string;
}

/** A statement but for its type, which is always the same. */
export type Unissued = DistributiveOmit<Statement, '_type'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const TYPE = 'https://in-toto.io/Statement/v1';

/**
 * @param statement all but its type; what is no id, hash, number, time or word of ours is refused.
 * @throws z.ZodError
 */
export function issueReceipt(
  statement: Unissued,
  key: SigningKey,
): { readonly envelope: Envelope; readonly hash: string } {
  const parsed = statementSchema.parse({ _type: TYPE, ...statement });
  const payload = Buffer.from(JSON.stringify(parsed));
  return { envelope: signEnvelope(payload, key), hash: hashOf(payload) };
}

/** @throws UnverifiedReceiptError */
export function readReceipt(envelope: unknown, keys: readonly PublicKey[]): Receipt {
  const payload = openEnvelope(envelope, keys);
  const { data: statement } = statementSchema.safeParse(parse(payload));
  if (statement) return { statement, hash: hashOf(payload) };
  throw new UnverifiedReceiptError('it is signed, but says what this version does not know');
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(String(payload));
  } catch {
    return undefined;
  }
}

const hashOf = (payload: Buffer): string => createHash('sha256').update(payload).digest('hex');
