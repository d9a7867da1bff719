// The job's receipt, kept beside the report and verified without the platform.

import { join, relative } from 'node:path';
import type { LetheClient } from '#client/lethe-client.js';
import { parsePublicKeys } from '#platform/receipts/public-key.js';
import { readReceipt } from '#platform/receipts/receipt.js';
import { writeFileAtomic } from '#supervisor/atomic-file.js';

/** @returns a line about it. @throws UnverifiedReceiptError */
export async function receiptLine(
  client: LetheClient,
  jobId: string,
  folder: string,
): Promise<string> {
  const [receipt, pem] = await Promise.all([client.jobReceipt(jobId), client.receiptKeys()]);
  const [file, keys] = [join(folder, 'receipt.json'), join(folder, 'receipt-keys.pem')];
  writeFileAtomic(file, `${JSON.stringify(receipt, null, 2)}\n`);
  writeFileAtomic(keys, pem);
  readReceipt(receipt, parsePublicKeys(pem, keys));
  const again = `npx lethe receipt verify ${relative('.', file)} --key ${relative('.', keys)}`;
  return `The job's signed receipt is verified, without the platform. Again: ${again}`;
}
