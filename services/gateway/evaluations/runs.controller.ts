// /v1/evaluation_runs: many models at many tasks, planned, followed and cancelled as one.

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
import {
  type ExportFormat,
  exportFormats,
  resultFormats,
  type RunRequest,
  runRequestSchema,
} from '#contracts/evaluation-runs.js';
import { idempotencyHeader, readIdempotencyKey } from '../http/idempotency-key.js';
import { type List, listOf, pageQuery } from '../http/page.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import { type ComparisonObject, comparisonSchema } from './comparisons/comparison-object.js';
import { RunComparisonsService } from './comparisons/run-comparisons.service.js';
import type { Results } from './result-formats.js';
import { RunExportsService } from './run-exports.service.js';
import { type CellObject, cellSchema, type RunObject, runSchema } from './run-object.js';
import { RunResultsService } from './run-results.service.js';
import { RunsService } from './runs.service.js';

const listQuery = pageQuery(20, 100);
const cellsQuery = pageQuery(100, 1000).omit({ order: true });
const comparisonQuery = pageQuery(20, 100)
  .omit({ order: true })
  .extend({
    baseline: z.string().optional().describe("A model of the run; else each cell's own"),
    baseline_task: z.coerce
      .number()
      .int()
      .min(0)
      .optional()
      .describe("A task of the run, from 0; else each cell's own"),
  });
const figuresQuery = z.object({ format: z.enum(resultFormats).default('jsonl') });
const resultsQuery = z.object({
  format: z.enum([...resultFormats, ...exportFormats]).default('jsonl'),
  model: z.string().optional().describe('Of the formats of other tools, which are of one model'),
  task_index: z.coerce.number().int().min(0).optional().describe('Of `lm-eval-samples`'),
});
const deletedSchema = z.object({
  id: z.string(),
  object: z.literal('evaluation_run'),
  deleted: z.literal(true),
});

const RESULT_TYPES = ['application/jsonl', 'text/csv', 'application/vnd.apache.parquet'];

@ApiTags('evaluation')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/evaluation_runs')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly results: RunResultsService,
    private readonly exports: RunExportsService,
    private readonly comparisons: RunComparisonsService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Evaluate models at tasks; what was asked before is not asked again' })
  @ApiHeader(idempotencyHeader('run'))
  @ApiOkResponse({ standardSchema: runSchema })
  async create(
    @CurrentScope() scope: Scope,
    @Body({ schema: runRequestSchema }) body: RunRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<RunObject> {
    return this.runs.create(scope, body, readIdempotencyKey(key));
  }

  @Get()
  @ApiOperation({ summary: 'List runs, the newest first' })
  @ApiOkResponse({ standardSchema: listOf(runSchema) })
  async list(
    @CurrentScope() scope: Scope,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<List<RunObject>> {
    return this.runs.list(scope, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A run, and how many of its cells are where' })
  @ApiOkResponse({ standardSchema: runSchema })
  async get(@CurrentScope() scope: Scope, @Param('id') id: string): Promise<RunObject> {
    return this.runs.get(scope, id);
  }

  @Get(':id/cells')
  @ApiOperation({ summary: 'Its cells in their order, with their figures' })
  @ApiOkResponse({ standardSchema: listOf(cellSchema) })
  async cells(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Query({ schema: cellsQuery }) query: z.infer<typeof cellsQuery>,
  ): Promise<List<CellObject>> {
    return this.runs.cells(scope, id, query);
  }

  @Get(':id/results')
  @ApiOperation({
    summary: 'Every question, answer and score of the cells that have succeeded so far',
  })
  @ApiProduces(...RESULT_TYPES, 'application/json')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async rows(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Query({ schema: resultsQuery }) { format, ...of }: z.infer<typeof resultsQuery>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const run = await this.runs.told(scope, id);
    const results = isExport(format)
      ? await this.exports.export(scope, run, format, of)
      : this.results.results(scope, run, format);
    await send(reply, results);
  }

  @Get(':id/figures')
  @ApiOperation({ summary: 'Every figure of the cells that have succeeded so far' })
  @ApiProduces(...RESULT_TYPES)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async figures(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Query({ schema: figuresQuery }) { format }: z.infer<typeof figuresQuery>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await send(reply, this.results.figures(await this.runs.told(scope, id), format));
  }

  @Get(':id/comparison')
  @ApiOperation({
    summary: 'Its cells about pictures beside a baseline of the same run, picture by picture',
  })
  @ApiOkResponse({ standardSchema: listOf(comparisonSchema) })
  async comparison(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Query({ schema: comparisonQuery }) query: z.infer<typeof comparisonQuery>,
  ): Promise<List<ComparisonObject>> {
    return this.comparisons.compare(scope, await this.runs.told(scope, id), query);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a run, and those of its cells that no other run needs' })
  @ApiOkResponse({ standardSchema: runSchema })
  async cancel(@CurrentScope() scope: Scope, @Param('id') id: string): Promise<RunObject> {
    return this.runs.cancel(scope, id);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a run, and those of its cells that no other run needs' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async remove(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof deletedSchema>> {
    await this.runs.remove(scope, id);
    return { id, object: 'evaluation_run', deleted: true };
  }
}

const isExport = (format: string): format is ExportFormat =>
  exportFormats.some((name) => name === format);

const send = async (reply: FastifyReply, { type, bytes }: Results): Promise<void> => {
  await reply.type(type).send(Readable.from(bytes));
};
