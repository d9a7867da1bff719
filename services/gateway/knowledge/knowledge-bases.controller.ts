// /v1/knowledge_bases: structured bases that answers are made from.

import {
  Body,
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
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type List, listOf, pageQuery, toList } from '../http/page.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import { entitiesOf } from './base-versions.js';
import { type ChangesBody, changesSchema } from './changes-body.js';
import { searchEntities } from './entity-search.js';
import {
  type EntityObject,
  entitySchema,
  type KnowledgeBaseObject,
  knowledgeBaseSchema,
  type ReadBaseObject,
  readBaseSchema,
  toEntity,
  toKnowledgeBase,
} from './knowledge-base-object.js';
import { KnowledgeBasesService, type ReadBase } from './knowledge-bases.service.js';

/** Of clashing names that an answer shows. */
const EXAMPLES = 20;

const listQuery = pageQuery(20, 100);
const searchQuery = z.object({
  query: z.string().max(500).default('').describe('An id, a name or an alias, or a part of one.'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const entitiesSchema = z.object({ object: z.literal('list'), data: z.array(entitySchema) });
const deletedSchema = z.object({
  id: z.string(),
  object: z.literal('knowledge_base'),
  deleted: z.literal(true),
});
const uploadSchema = {
  type: 'object',
  required: ['file', 'name'],
  properties: {
    file: {
      type: 'string',
      format: 'binary',
      description:
        'Entities as JSON lines, a table (.csv) or an ontology (.obo): docs/reference/data-formats.md.',
    },
    name: { type: 'string', maxLength: 200 },
  },
};

@ApiTags('knowledge')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/knowledge_bases')
export class KnowledgeBasesController {
  constructor(private readonly service: KnowledgeBasesService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Upload a knowledge base' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: uploadSchema })
  @ApiOkResponse({ standardSchema: readBaseSchema })
  async create(
    @CurrentScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<ReadBaseObject> {
    return toReadBase(await this.service.create(scope, request));
  }

  @Get()
  @ApiOperation({ summary: 'List knowledge bases' })
  @ApiOkResponse({ standardSchema: listOf(knowledgeBaseSchema) })
  async list(
    @CurrentScope() scope: Scope,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<List<KnowledgeBaseObject>> {
    return toList(await this.service.page(scope, query), toKnowledgeBase);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A knowledge base' })
  @ApiOkResponse({ standardSchema: knowledgeBaseSchema })
  async get(@CurrentScope() scope: Scope, @Param('id') id: string): Promise<KnowledgeBaseObject> {
    return toKnowledgeBase(await this.service.get(scope, id));
  }

  @Post(':id/changes')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Set and delete rows: the next version; what is replaced or deleted is erased',
  })
  @ApiOkResponse({ standardSchema: readBaseSchema })
  async change(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Body({ schema: changesSchema }) body: ChangesBody,
  ): Promise<ReadBaseObject> {
    return toReadBase(await this.service.change(scope, id, body));
  }

  @Get(':id/entities')
  @ApiOperation({ summary: 'Entities by what they are called' })
  @ApiOkResponse({ standardSchema: entitiesSchema })
  async entities(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Query({ schema: searchQuery }) { query, limit }: z.infer<typeof searchQuery>,
  ): Promise<{ object: 'list'; data: EntityObject[] }> {
    const base = await this.service.find(scope, id);
    const found = await searchEntities(entitiesOf(scope.artifacts, base), query, limit);
    return { object: 'list', data: found.map(toEntity) };
  }

  @Get(':id/content')
  @ApiOperation({ summary: 'All of a knowledge base, as JSON lines' })
  @ApiProduces('application/jsonl')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async content(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { space, hash } = await this.service.find(scope, id);
    // Before any header, which an error would be answered with.
    const bytes = await scope.artifacts.space(space).getStream(hash);
    void reply.header('content-type', 'application/jsonl');
    await reply.send(bytes);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a knowledge base' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async remove(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof deletedSchema>> {
    await this.service.remove(scope, id);
    return { id, object: 'knowledge_base', deleted: true };
  }
}

const toReadBase = ({ base, clashes }: ReadBase): ReadBaseObject => ({
  ...toKnowledgeBase(base),
  warnings: {
    ambiguous_aliases: clashOf(clashes.ambiguousAliases),
    aliases_that_are_names: clashOf(clashes.aliasesThatAreNames),
  },
});

const clashOf = (names: readonly string[]): { count: number; examples: string[] } => ({
  count: names.length,
  examples: names.slice(0, EXAMPLES),
});
