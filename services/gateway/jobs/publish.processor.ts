// The last stage of a flow. It runs here because the gateway alone touches the database.

import { Injectable } from '@nestjs/common';
import type { Payload } from '#contracts/jobs.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { JobLedger } from './job-ledger.js';
import { Publisher } from './publisher.js';

@Injectable()
export class PublishProcessor implements JobHandler<'publish'> {
  constructor(
    private readonly publisher: Publisher,
    private readonly ledger: JobLedger,
  ) {}

  /** Names no model, neither to the log nor to the queue: its name holds the tenant's text. */
  async handle({ tenantId, jobId }: Payload<'publish'>, context: JobContext): Promise<void> {
    await this.publisher.publish(tenantId, jobId, this.ledger);
    context.log.info('published');
  }
}
