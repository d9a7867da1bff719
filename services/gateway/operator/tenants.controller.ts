// Administration of tenants.

import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { first } from '#collections/items.js';
import { changeSchema, quotasSchema } from '#contracts/quotas.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import type { TenantRow } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { Eraser } from '../erasure/eraser.js';
import { ApiError } from '../http/api.error.js';
import { unixSeconds } from '../http/page.js';
import { quotasOf } from '../quotas/quotas.js';
import { AdminGuard } from '../tenants/admin.guard.js';
import { idPrefix, NewTenants } from '../tenants/new-tenants.js';
import { type OpenedTenant, openTenants } from '../tenants/tenant-name.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';
import { UNREADABLE } from '../texts/text-reader.js';

const createSchema = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits or hyphens')
    .refine(
      (name) => !name.startsWith(idPrefix),
      `must not begin as an id does, with '${idPrefix}'`,
    ),
});
const patchSchema = z.strictObject({ quotas: changeSchema });
const tenantSchema = z.object({
  id: z.string(),
  object: z.literal('tenant'),
  name: z.string(),
  created_at: z.number().int(),
});
const withQuotasSchema = tenantSchema.extend({
  quotas: quotasSchema.describe('As they hold.'),
  own_quotas: quotasSchema.partial().describe("Those that are not the operator's for all."),
});
type WithQuotas = z.infer<typeof withQuotasSchema>;
const createdSchema = tenantSchema.extend({
  api_key: z.string().describe('Shown only here: the gateway keeps its hash.'),
});
const listSchema = z.object({ object: z.literal('list'), data: z.array(tenantSchema) });
const deletedSchema = z.object({
  id: z.string(),
  object: z.literal('tenant'),
  deleted: z.literal(true),
});

const toTenant = (row: OpenedTenant): z.infer<typeof tenantSchema> => ({
  id: row.id,
  object: 'tenant',
  name: row.name ?? UNREADABLE,
  created_at: unixSeconds(row.createdAt),
});

@ApiTags('admin')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/tenants')
export class TenantsController {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly newTenants: NewTenants,
    private readonly store: ArtifactStore,
    private readonly eraser: Eraser,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Create a tenant and its API key' })
  @ApiCreatedResponse({ standardSchema: createdSchema })
  async create(
    @Body({ schema: createSchema }) body: z.infer<typeof createSchema>,
  ): Promise<z.infer<typeof createdSchema>> {
    const created = await this.newTenants.make(body.name);
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
    return { object: 'list', data: (await this.open(await this.tenants.list())).map(toTenant) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A tenant, with its quotas' })
  @ApiOkResponse({ standardSchema: withQuotasSchema })
  async get(@Param('id') id: string): Promise<WithQuotas> {
    return this.withQuotas(await this.tenants.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: "Change a tenant's quotas; null: as the operator has set them for all" })
  @ApiOkResponse({ standardSchema: withQuotasSchema })
  async change(
    @Param('id') id: string,
    @Body({ schema: patchSchema }) { quotas }: z.infer<typeof patchSchema>,
  ): Promise<WithQuotas> {
    return this.withQuotas(await this.tenants.changeQuotas(id, quotas));
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a tenant, with all it has: keys, files, jobs, models',
  })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async remove(@Param('id') id: string): Promise<z.infer<typeof deletedSchema>> {
    const tenant = await this.tenants.get(id);
    await this.eraser.run(await this.tenants.remove(tenant.id));
    return { id: tenant.id, object: 'tenant', deleted: true };
  }

  private open(rows: readonly TenantRow[]): Promise<OpenedTenant[]> {
    return openTenants(this.store, rows, this.log);
  }

  private async withQuotas(tenant: TenantRow): Promise<WithQuotas> {
    return {
      ...toTenant(first(await this.open([tenant]))),
      quotas: quotasOf(this.env, tenant),
      own_quotas: tenant.quotas,
    };
  }
}
