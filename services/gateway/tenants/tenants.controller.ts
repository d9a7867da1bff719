// Administration of tenants.

import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { Eraser } from '../erasure/eraser.js';
import { ApiError } from '../http/api.error.js';
import { unixSeconds } from '../http/page.js';
import { AdminGuard } from './admin.guard.js';
import { idPrefix, type TenantRow, TenantsRepository } from './tenants.repository.js';

const createSchema = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits or hyphens')
    .refine(
      (name) => !name.startsWith(idPrefix),
      `must not begin as an id does, with '${idPrefix}'`,
    ),
});
const tenantSchema = z.object({
  id: z.string(),
  object: z.literal('tenant'),
  name: z.string(),
  created_at: z.number().int(),
});
const createdSchema = tenantSchema.extend({
  api_key: z.string().describe('Shown only here: the gateway keeps its hash.'),
});
const listSchema = z.object({ object: z.literal('list'), data: z.array(tenantSchema) });
const deletedSchema = z.object({
  id: z.string(),
  object: z.literal('tenant'),
  deleted: z.literal(true),
});

const toTenant = (row: TenantRow): z.infer<typeof tenantSchema> => ({
  id: row.id,
  object: 'tenant',
  name: row.name,
  created_at: unixSeconds(row.createdAt),
});

@ApiTags('admin')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/tenants')
export class TenantsController {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly eraser: Eraser,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Create a tenant and its API key' })
  @ApiCreatedResponse({ standardSchema: createdSchema })
  async create(
    @Body({ schema: createSchema }) body: z.infer<typeof createSchema>,
  ): Promise<z.infer<typeof createdSchema>> {
    const created = await this.tenants.create(body.name);
    if (!created)
      throw new ApiError(409, 'invalid_request_error', `A tenant '${body.name}' already exists.`, {
        param: 'name',
        code: 'tenant_exists',
      });
    return { ...toTenant(created.tenant), api_key: created.key };
  }

  @Get()
  @ApiOperation({ summary: 'List tenants' })
  @ApiOkResponse({ standardSchema: listSchema })
  async list(): Promise<z.infer<typeof listSchema>> {
    return { object: 'list', data: (await this.tenants.list()).map(toTenant) };
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a tenant, with all it has: keys, files, jobs, models',
  })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async remove(@Param('id') id: string): Promise<z.infer<typeof deletedSchema>> {
    const tenant = await this.tenants.find(id);
    if (!tenant) throw ApiError.notFound('tenant', id);
    await this.eraser.run(await this.tenants.remove(tenant.id));
    return { id: tenant.id, object: 'tenant', deleted: true };
  }
}
