// /v1/models: base models, and the tenant's tuned ones.

import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ownDecodingSchema } from '#contracts/decoding.js';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import { groundingSettingsSchema } from '#contracts/grounding.js';
import { ApiError } from '../http/api.error.js';
import { unixSeconds } from '../http/page.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import type { NamedModel } from './model-name.js';
import { ModelsService } from './models.service.js';
import { toOwnDecoding } from './own-decoding.js';

const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.number().int(),
  owned_by: z.string(),
  base: z.string().describe('The base model; the model itself where it is one.'),
  context_length: z.number().int().optional(),
  layers: z.number().int().optional().describe('Of a base model.'),
  decoding: ownDecodingSchema
    .optional()
    .describe('How it chooses tokens where a request says nothing; absent: as it is.'),
  knowledge: groundingSettingsSchema
    .extend({ knowledge_base: z.string() })
    .optional()
    .describe('The knowledge base that its answers are made from, and how; the base may be gone.'),
});
type Model = z.infer<typeof modelSchema>;
const listSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) });
const changeSchema = z.strictObject({
  decoding: ownDecodingSchema.nullable().describe('null: tokens are chosen as the model has them.'),
});
const filesSchema = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ name: z.string(), object: z.literal('model.file') })),
});
const deletedSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  deleted: z.literal(true),
});

const toBase = (base: BaseModel__Output): Model => ({
  id: base.name,
  object: 'model',
  created: 0,
  owned_by: 'lethe',
  base: base.name,
  context_length: base.contextLength,
  layers: base.layers,
  decoding: toOwnDecoding(base),
});

const toTuned = (row: NamedModel, owner: string): Model => ({
  id: row.name,
  object: 'model',
  created: unixSeconds(row.createdAt),
  owned_by: owner,
  base: row.base,
  ...(row.decoding === null ? {} : { decoding: row.decoding }),
  ...(row.knowledgeBaseId === null
    ? {}
    : { knowledge: { knowledge_base: row.knowledgeBaseId, ...row.grounding } }),
});

@ApiTags('models')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @ApiOperation({ summary: 'List models' })
  @ApiOkResponse({ standardSchema: listSchema })
  async list(@CurrentScope() scope: Scope): Promise<z.infer<typeof listSchema>> {
    const [bases, tuned, owner] = await Promise.all([
      this.models.bases(),
      this.models.tuned(scope),
      this.models.owner(scope),
    ]);
    return {
      object: 'list',
      data: [...bases.map(toBase), ...tuned.map((row) => toTuned(row, owner))],
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A model' })
  @ApiOkResponse({ standardSchema: modelSchema })
  async get(@CurrentScope() scope: Scope, @Param('id') id: string): Promise<Model> {
    const tuned = await this.models.find(scope, id);
    if (tuned) return toTuned(tuned, await this.models.owner(scope));
    return toBase(await this.models.base(id));
  }

  @Post(':id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Change how a tuned model chooses tokens where a request says nothing' })
  @ApiOkResponse({ standardSchema: modelSchema })
  async change(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Body({ schema: changeSchema }) { decoding }: z.infer<typeof changeSchema>,
  ): Promise<Model> {
    const tuned = await this.models.setDecoding(scope, id, decoding);
    if (tuned) return toTuned(tuned, await this.models.owner(scope));
    await this.models.base(id);
    throw new ApiError(
      403,
      'invalid_request_error',
      `'${id}' is a base model: how it chooses tokens is its operator's to say.`,
      { param: 'model' },
    );
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a tuned model' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async remove(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof deletedSchema>> {
    if (await this.models.remove(scope, id)) return { id, object: 'model', deleted: true };
    await this.models.base(id);
    throw new ApiError(
      403,
      'invalid_request_error',
      `'${id}' is a base model: only tuned models can be deleted.`,
      { param: 'model' },
    );
  }

  @Get(':id/files')
  @ApiOperation({
    summary: "Files of a tuned model: a PEFT adapter's, or the weights where all were trained",
  })
  @ApiOkResponse({ standardSchema: filesSchema })
  async files(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof filesSchema>> {
    const { files } = await this.models.files(scope, id);
    const names = Object.keys(files);
    return { object: 'list', data: names.map((name) => ({ name, object: 'model.file' })) };
  }

  @Get(':id/files/:name')
  @ApiOperation({ summary: 'The bytes of one of these files' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async file(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Param('name') name: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { space, files } = await this.models.files(scope, id);
    const hash = Object.hasOwn(files, name) ? files[name] : undefined;
    if (!hash)
      throw new ApiError(404, 'invalid_request_error', `'${id}' has no file '${name}'.`, {
        param: 'name',
      });
    // Before any header, which an error would be answered with.
    const bytes = await space.getStream(hash);
    void reply.header('content-type', 'application/octet-stream');
    await reply.send(bytes);
  }
}
