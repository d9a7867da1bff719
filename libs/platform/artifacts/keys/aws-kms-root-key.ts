// A root key in AWS KMS: it never leaves there, and each unwrapping is a call that KMS logs and may
// refuse. Region, credentials and endpoint are found where the AWS SDK looks for them.

import type { KMSClient } from '@aws-sdk/client-kms';
import { KeyServiceError } from '../../errors/key-service.error.js';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';
import type { RootKey } from './root-key.js';

/** Whoever asks for a key waits: a service that does not answer in this time, in ms, is away. */
const TIMEOUT = 5000;

export class AwsKmsRootKey implements RootKey {
  readonly id: string;
  private client?: Promise<KMSClient>;

  /** @param keyId a key's id or ARN, or an alias ("alias/name" or its ARN). */
  constructor(private readonly keyId: string) {
    this.id = `aws-kms:${keyId}`;
  }

  async wrap(key: Uint8Array, context: string): Promise<Buffer> {
    const { EncryptCommand } = await import('@aws-sdk/client-kms');
    const input = { KeyId: this.keyId, Plaintext: key, EncryptionContext: { lethe: context } };
    const client = await this.open();
    const { CiphertextBlob } = await client.send(new EncryptCommand(input)).catch(rethrow(context));
    return bytes(CiphertextBlob);
  }

  async unwrap(wrapped: Uint8Array, context: string): Promise<Buffer> {
    const { DecryptCommand } = await import('@aws-sdk/client-kms');
    const input = {
      KeyId: this.keyId,
      CiphertextBlob: wrapped,
      EncryptionContext: { lethe: context },
    };
    const client = await this.open();
    const { Plaintext } = await client.send(new DecryptCommand(input)).catch(rethrow(context));
    return bytes(Plaintext);
  }

  /** Loads the SDK only where it is asked for. */
  private open(): Promise<KMSClient> {
    this.client ??= import('@aws-sdk/client-kms').then(
      ({ KMSClient }) =>
        new KMSClient({
          requestHandler: {
            connectionTimeout: TIMEOUT,
            requestTimeout: TIMEOUT,
            throwOnRequestTimeout: true,
          },
        }),
    );
    return this.client;
  }
}

function bytes(answer: Uint8Array | undefined): Buffer {
  if (answer) return Buffer.from(answer);
  throw new KeyServiceError('KMS answered without bytes');
}

/** KMS's names for bytes that this key, or another context, did not wrap. */
const WRONG = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

const rethrow =
  (context: string) =>
  (error: unknown): never => {
    const { name } = error as Error;
    if (WRONG.has(name))
      throw new UnreadableKeyError(`the ${context} cannot be unwrapped by KMS: ${name}`, {
        cause: error,
      });
    throw new KeyServiceError(`KMS does not answer for the ${context}: ${name}`, { cause: error });
  };
