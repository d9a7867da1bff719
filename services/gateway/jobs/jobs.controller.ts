// /v1/fine_tuning/jobs: fine-tuning and unlearning.

import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type JobRequest, jobRequestSchema } from '#contracts/job-request.js';
import { type Envelope, envelopeSchema } from '#contracts/receipts/envelope.js';
import { sendEvents } from '../http/event-stream.js';
import { hangUpSignal } from '../http/hang-up.js';
import { idempotencyHeader, readIdempotencyKey } from '../http/idempotency-key.js';
import { OpenStreams } from '../http/open-streams.js';
import { type List, listOf, pageQuery, toList } from '../http/page.js';
import { jobReceipt } from '../receipts/job-receipt.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import { JobEventsService } from './job-events.service.js';
import {
  checkpointSchema,
  eventSchema,
  type JobObject,
  jobReportSchema,
  jobSchema,
  toEvent,
} from './job-object.js';
import { reportFormat, reportQuery, withReportHeaders } from './job-report-formats.js';
import { JobResultsService } from './job-results.service.js';
import { JobsService } from './jobs.service.js';

const listQuery = pageQuery(20, 100);
const eventsQuery = pageQuery(20, 1000).extend({ stream: z.enum(['true', 'false']).optional() });

const deletedSchema = z.object({
  id: z.string(),
  object: z.literal('fine_tuning.job'),
  deleted: z.literal(true),
});

@ApiTags('fine-tuning')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/fine_tuning/jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly events: JobEventsService,
    private readonly results: JobResultsService,
    private readonly streams: OpenStreams,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Start a fine-tuning or unlearning job' })
  @ApiHeader(idempotencyHeader('job'))
  @ApiOkResponse({ standardSchema: jobSchema })
  async create(
    @CurrentScope() scope: Scope,
    @Body({ schema: jobRequestSchema }) body: JobRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<JobObject> {
    return this.jobs.create(scope, body, readIdempotencyKey(key));
  }

  @Get()
  @ApiOperation({ summary: 'List jobs, the newest first' })
  @ApiOkResponse({ standardSchema: listOf(jobSchema) })
  async list(
    @CurrentScope() scope: Scope,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<List<JobObject>> {
    return this.jobs.list(scope, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A job, with where each stage stands' })
  @ApiOkResponse({ standardSchema: jobSchema })
  async get(@CurrentScope() scope: Scope, @Param('id') id: string): Promise<JobObject> {
    return this.jobs.get(scope, id);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a job with all it has left, but not its model' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async remove(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof deletedSchema>> {
    await this.jobs.remove(scope, id);
    return { id, object: 'fine_tuning.job', deleted: true };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a job' })
  @ApiOkResponse({ standardSchema: jobSchema })
  async cancel(@CurrentScope() scope: Scope, @Param('id') id: string): Promise<JobObject> {
    return this.jobs.cancel(scope, id);
  }

  @Get(':id/events')
  @ApiOperation({
    summary:
      "A job's history: a page, the newest first; with `stream=true` or Accept: text/event-stream as it grows, the oldest first",
  })
  @ApiProduces('application/json', 'text/event-stream')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Resumes a stream after this event.',
  })
  @ApiOkResponse({ standardSchema: listOf(eventSchema) })
  async history(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Query({ schema: eventsQuery }) query: z.infer<typeof eventsQuery>,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.jobs.find(scope, id);
    const streamed =
      query.stream === 'true' ||
      (query.stream === undefined && accept?.includes('text/event-stream') === true);
    if (!streamed) {
      await reply.send(toList(await this.events.page(scope, id, query), toEvent));
      return;
    }
    this.streams.add(scope.tenant.id, reply.raw);
    const after = lastEventId ?? query.after;
    await sendEvents(reply, await this.events.follow(scope, id, after, hangUpSignal(reply)));
  }

  @Get(':id/checkpoints')
  @ApiOperation({ summary: 'Checkpoints that can be used as models' })
  @ApiOkResponse({ standardSchema: listOf(checkpointSchema) })
  async checkpoints(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<List<z.infer<typeof checkpointSchema>>> {
    return this.results.checkpoints(scope, await this.jobs.told(scope, id));
  }

  @Get(':id/report')
  @ApiOperation({
    summary:
      'The evaluations and the audit: every prompt, answer and score; with `format=html` or Accept: text/html as a page for a person to read',
  })
  @ApiProduces('application/json', 'text/html')
  @ApiOkResponse({ standardSchema: jobReportSchema })
  async report(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Query({ schema: reportQuery }) query: z.infer<typeof reportQuery>,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const format = reportFormat(query.format, accept);
    const report = await this.results.report(scope, await this.jobs.told(scope, id), format);
    await withReportHeaders(reply, format).send(Readable.from(report));
  }

  @Get(':id/receipt')
  @ApiOperation({
    summary:
      'The signed receipt of what a job made its model forget, also after the job is deleted',
  })
  @ApiOkResponse({ standardSchema: envelopeSchema })
  async receipt(@CurrentScope() { records }: Scope, @Param('id') id: string): Promise<Envelope> {
    return jobReceipt(records, id);
  }
}
