// The key that signs this gateway's receipts, and the public keys that have ever signed one here.

import { desc } from 'drizzle-orm';
import { readSigningKeyFile, type SigningKey } from '#platform/receipts/signing-key.js';
import type { Database } from '../database/database.js';
import { receiptKeys } from '../database/schema.js';

export class ReceiptKeys {
  private constructor(
    readonly signing: SigningKey,
    private readonly database: Database,
  ) {}

  /**
   * Makes the public key known before anything is signed.
   * @param file of RECEIPT_SIGNING_KEY. @throws UnusableSecretError
   */
  static async open(file: string, database: Database): Promise<ReceiptKeys> {
    const signing = await readSigningKeyFile(file);
    const { id, pem } = signing.public;
    await database.sql.insert(receiptKeys).values({ id, pem }).onConflictDoNothing();
    return new ReceiptKeys(signing, database);
  }

  /** All public keys in PEM, the newest first. */
  async pem(): Promise<string> {
    const keys = await this.database.sql
      .select({ pem: receiptKeys.pem })
      .from(receiptKeys)
      .orderBy(desc(receiptKeys.createdAt));
    return keys.map(({ pem }) => pem).join('');
  }
}
