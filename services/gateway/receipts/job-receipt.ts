// The receipt of a job: of what it made a model forget; of a job that left none, of its erasure.

import { and, eq, inArray } from 'drizzle-orm';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { isStorable } from '#contracts/text.js';
import { receipts } from '../database/schema.js';
import type { JobRow, TenantRecords } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';

/** At the same address after the job is deleted. @throws ApiError 404, which says why */
export async function jobReceipt(records: TenantRecords, id: string): Promise<Envelope> {
  const found = isStorable(id)
    ? await records.receipts.select(
        and(eq(receipts.targetId, id), inArray(receipts.kind, ['unlearning', 'job'])),
      )
    : [];
  const receipt = found.find(({ kind }) => kind === 'unlearning') ?? found[0];
  if (receipt) return receipt.envelope;
  const job = await records.jobs.find(id);
  if (!job) throw ApiError.notFound('fine-tuning job', id, null, 'job_not_found');
  throw new ApiError(404, 'invalid_request_error', `The job '${id}' ${reasonOf(job)}.`, {
    code: 'receipt_not_found',
  });
}

function reasonOf({ status, finishedAt, request }: JobRow): string {
  if (request.method.type !== 'unlearn') return 'has no receipt: it makes a model forget nothing';
  if (!finishedAt) return `has no receipt yet: its status is '${status}', expected 'succeeded'`;
  if (status !== 'succeeded') return `has no receipt: its status is '${status}'`;
  return 'has no receipt: it ended before there were any';
}
