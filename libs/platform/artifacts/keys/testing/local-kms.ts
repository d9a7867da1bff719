// A KMS on this machine: the protocol of AWS's (JSON 1.1), with keys of its own.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Call {
  readonly KeyId: string;
  readonly EncryptionContext: Record<string, string>;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
}

class KmsError extends Error {}

export class LocalKms {
  /** By id. */
  readonly keys = new Map<string, Buffer>();
  readonly targets: string[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const target = String(request.headers['x-amz-target']);
      this.targets.push(target);
      const answer = (status: number, body: unknown) =>
        response
          .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
          .end(JSON.stringify(body));
      json(request)
        .then((call) => answer(200, this.answer(target, call as Call)))
        .catch((error: Error) => answer(400, { __type: error.message }));
    });
  }

  /** @returns its URL. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(target: string, call: Call): unknown {
    const key = this.keys.get(call.KeyId);
    if (!key) throw new KmsError('NotFoundException');
    const context = Buffer.from(JSON.stringify(call.EncryptionContext));
    if (target === 'TrentService.Encrypt') return encrypt(key, call, context);
    if (target === 'TrentService.Decrypt') return decrypt(key, call, context);
    throw new KmsError('UnknownOperationException');
  }
}

function encrypt(key: Buffer, { KeyId, Plaintext }: Call, context: Buffer): unknown {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
  const sealed = Buffer.concat([cipher.update(Plaintext!, 'base64'), cipher.final()]);
  const blob = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  return { KeyId, CiphertextBlob: blob.toString('base64') };
}

function decrypt(key: Buffer, { KeyId, CiphertextBlob }: Call, context: Buffer): unknown {
  const blob = Buffer.from(CiphertextBlob!, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12))
      .setAAD(context)
      .setAuthTag(blob.subarray(12, 28));
    const bytes = Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]);
    return { KeyId, Plaintext: bytes.toString('base64') };
  } catch {
    throw new KmsError('InvalidCiphertextException');
  }
}
