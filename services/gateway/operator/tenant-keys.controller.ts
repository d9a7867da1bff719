// Administration of a tenant's keys.

import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { z } from 'zod';
import { Database } from '../database/database.js';
import { TenantRecords } from '../database/tenant-records.js';
import { AdminGuard } from '../tenants/admin.guard.js';
import {
  createKeySchema,
  keysSchema,
  madeKeySchema,
  revokedSchema,
  rotateKeySchema,
  toKeys,
  toMadeKey,
  toRevoked,
} from '../tenants/key-object.js';
import { createKey, listKeys, revokeKey, rotateKey } from '../tenants/tenant-keys.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';

@ApiTags('admin')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/tenants/:tenant/keys')
export class TenantKeysController {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: "List a tenant's keys" })
  @ApiOkResponse({ standardSchema: keysSchema })
  async list(@Param('tenant') tenant: string): Promise<z.infer<typeof keysSchema>> {
    return toKeys(await listKeys(await this.recordsOf(tenant)));
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a key of a tenant' })
  @ApiCreatedResponse({ standardSchema: madeKeySchema })
  async create(
    @Param('tenant') tenant: string,
    @Body({ schema: createKeySchema }) body: z.infer<typeof createKeySchema>,
  ): Promise<z.infer<typeof madeKeySchema>> {
    return toMadeKey(await createKey(await this.recordsOf(tenant), body));
  }

  @Post(':id/rotate')
  @HttpCode(201)
  @ApiOperation({ summary: 'Replace a key; the old one stays valid for an overlap' })
  @ApiCreatedResponse({ standardSchema: madeKeySchema })
  async rotate(
    @Param('tenant') tenant: string,
    @Param('id') id: string,
    @Body({ schema: rotateKeySchema }) body: z.infer<typeof rotateKeySchema>,
  ): Promise<z.infer<typeof madeKeySchema>> {
    return toMadeKey(await rotateKey(await this.recordsOf(tenant), id, body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key at once' })
  @ApiOkResponse({ standardSchema: revokedSchema })
  async revoke(
    @Param('tenant') tenant: string,
    @Param('id') id: string,
  ): Promise<z.infer<typeof revokedSchema>> {
    return toRevoked(await revokeKey(await this.recordsOf(tenant), id));
  }

  private async recordsOf(tenant: string): Promise<TenantRecords> {
    const { id } = await this.tenants.get(tenant);
    return new TenantRecords(this.database.sql, id);
  }
}
