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
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { Belongings } from '../artifacts/belongings.js';
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
import { KeysService } from '../tenants/keys.service.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';

@ApiTags('admin')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/tenants/:tenant/keys')
export class TenantKeysController {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
    private readonly artifacts: ArtifactStore,
    private readonly keys: KeysService,
  ) {}

  @Get()
  @ApiOperation({ summary: "List a tenant's keys" })
  @ApiOkResponse({ standardSchema: keysSchema })
  async list(@Param('tenant') tenant: string): Promise<z.infer<typeof keysSchema>> {
    return toKeys(await this.keys.list(await this.find(tenant)));
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a key of a tenant' })
  @ApiCreatedResponse({ standardSchema: madeKeySchema })
  async create(
    @Param('tenant') tenant: string,
    @Body({ schema: createKeySchema }) body: z.infer<typeof createKeySchema>,
  ): Promise<z.infer<typeof madeKeySchema>> {
    return toMadeKey(await this.keys.create(await this.find(tenant), body));
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
    return toMadeKey(await this.keys.rotate(await this.find(tenant), id, body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key at once' })
  @ApiOkResponse({ standardSchema: revokedSchema })
  async revoke(
    @Param('tenant') tenant: string,
    @Param('id') id: string,
  ): Promise<z.infer<typeof revokedSchema>> {
    return toRevoked(await this.keys.revoke(await this.find(tenant), id));
  }

  private async find(tenant: string): Promise<Belongings> {
    const { id } = await this.tenants.get(tenant);
    return {
      records: new TenantRecords(this.database.sql, id),
      artifacts: this.artifacts.scope(id),
    };
  }
}
