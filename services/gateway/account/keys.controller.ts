// /v1/keys: a tenant's own keys.

import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { z } from 'zod';
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
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { createKey, listKeys, revokeKey, rotateKey } from '../tenants/tenant-keys.js';
import { TenantGuard } from '../tenants/tenant.guard.js';

@ApiTags('keys')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/keys')
export class KeysController {
  @Get()
  @ApiOperation({ summary: 'List your keys' })
  @ApiOkResponse({ standardSchema: keysSchema })
  async list(@CurrentScope() { records }: Scope): Promise<z.infer<typeof keysSchema>> {
    return toKeys(await listKeys(records));
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a key, which does not outlive the one that asks for it' })
  @ApiCreatedResponse({ standardSchema: madeKeySchema })
  async create(
    @CurrentScope() { records, key }: Scope,
    @Body({ schema: createKeySchema }) body: z.infer<typeof createKeySchema>,
  ): Promise<z.infer<typeof madeKeySchema>> {
    return toMadeKey(await createKey(records, body, key));
  }

  @Post(':id/rotate')
  @HttpCode(201)
  @ApiOperation({ summary: 'Replace a key; the old one stays valid for an overlap' })
  @ApiCreatedResponse({ standardSchema: madeKeySchema })
  async rotate(
    @CurrentScope() { records, key }: Scope,
    @Param('id') id: string,
    @Body({ schema: rotateKeySchema }) body: z.infer<typeof rotateKeySchema>,
  ): Promise<z.infer<typeof madeKeySchema>> {
    return toMadeKey(await rotateKey(records, id, body, key));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key at once' })
  @ApiOkResponse({ standardSchema: revokedSchema })
  async revoke(
    @CurrentScope() { records }: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof revokedSchema>> {
    return toRevoked(await revokeKey(records, id));
  }
}
