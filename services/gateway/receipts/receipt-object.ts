// Receipts as clients see them: the signed document, and what it is about.

import { z } from 'zod';
import { envelopeSchema } from '#contracts/receipts/envelope.js';
import { receiptKinds } from '../database/schema.js';
import type { ReceiptRow } from '../database/tenant-records.js';
import { unixSeconds } from '../http/page.js';

export const receiptSchema = z.object({
  id: z.string(),
  object: z.literal('receipt'),
  created_at: z.number().int(),
  kind: z.enum(receiptKinds).describe('What was erased; or `unlearning`.'),
  target: z.string().describe("Its id; a model's is that of the job that made it."),
  envelope: envelopeSchema.describe('A statement of in-toto in DSSE, signed with Ed25519.'),
});
export type ReceiptObject = z.infer<typeof receiptSchema>;

export const toReceipt = (row: ReceiptRow): ReceiptObject => ({
  id: row.id,
  object: 'receipt',
  created_at: unixSeconds(row.createdAt),
  kind: row.kind,
  target: row.targetId,
  envelope: row.envelope,
});
