// /v1/files: OpenAI's files, for data sets and pictures.

import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { eq } from 'drizzle-orm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { fileSpace } from '#contracts/spaces.js';
import { files } from '../database/schema.js';
import { type List, listOf, pageQuery, toList } from '../http/page.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import { fileSchema, toFile } from './file-object.js';
import { FilesService } from './files.service.js';
import { purposes } from './purpose-names.js';

const listQuery = pageQuery(10_000, 10_000).extend({
  purpose: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'expected a word such as fine-tune')
    .optional(),
});
const deletedSchema = z.object({
  id: z.string(),
  object: z.literal('file'),
  deleted: z.literal(true),
});
const uploadSchema = {
  type: 'object',
  required: ['file', 'purpose'],
  properties: {
    file: {
      type: 'string',
      format: 'binary',
      description:
        'Of fine-tune: JSON lines of chat messages, question/answer or another layout of docs/reference/data-formats.md. Of vision: a PNG, JPEG or WebP.',
    },
    purpose: { type: 'string', enum: purposes },
  },
};

@ApiTags('files')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/files')
export class FilesController {
  constructor(private readonly service: FilesService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Upload a data set or a picture' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: uploadSchema })
  @ApiOkResponse({ standardSchema: fileSchema })
  async create(
    @CurrentScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof fileSchema>> {
    return toFile(await this.service.create(scope, request));
  }

  @Get()
  @ApiOperation({ summary: 'List files' })
  @ApiOkResponse({ standardSchema: listOf(fileSchema) })
  async list(
    @CurrentScope() scope: Scope,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<List<z.infer<typeof fileSchema>>> {
    const condition = query.purpose === undefined ? undefined : eq(files.purpose, query.purpose);
    return toList(await this.service.page(scope, query, condition), toFile);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A file' })
  @ApiOkResponse({ standardSchema: fileSchema })
  async get(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof fileSchema>> {
    return toFile(await this.service.get(scope, id));
  }

  @Get(':id/content')
  @ApiOperation({ summary: 'The bytes of a file' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async content(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.service.find(scope, id);
    // Before any header, which an error would be answered with.
    const bytes = await scope.artifacts.space(fileSpace(id)).getStream(file.hash);
    void reply
      .header('content-type', 'application/octet-stream')
      .header('content-length', file.bytes);
    await reply.send(bytes);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a file' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async remove(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof deletedSchema>> {
    await this.service.remove(scope, id);
    return { id, object: 'file', deleted: true };
  }
}
