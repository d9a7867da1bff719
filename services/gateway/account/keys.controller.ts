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
import { KeysService } from '../tenants/keys.service.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';

@ApiTags('keys')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @ApiOperation({ summary: 'List your keys' })
  @ApiOkResponse({ standardSchema: keysSchema })
  async list(@CurrentScope() scope: Scope): Promise<z.infer<typeof keysSchema>> {
    return toKeys(await this.keys.list(scope));
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a key, which does not outlive the one that asks for it' })
  @ApiCreatedResponse({ standardSchema: madeKeySchema })
  async create(
    @CurrentScope() scope: Scope,
    @Body({ schema: createKeySchema }) body: z.infer<typeof createKeySchema>,
  ): Promise<z.infer<typeof madeKeySchema>> {
    return toMadeKey(await this.keys.create(scope, body, scope.key));
  }

  @Post(':id/rotate')
  @HttpCode(201)
  @ApiOperation({ summary: 'Replace a key; the old one stays valid for an overlap' })
  @ApiCreatedResponse({ standardSchema: madeKeySchema })
  async rotate(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
    @Body({ schema: rotateKeySchema }) body: z.infer<typeof rotateKeySchema>,
  ): Promise<z.infer<typeof madeKeySchema>> {
    return toMadeKey(await this.keys.rotate(scope, id, body, scope.key));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key at once' })
  @ApiOkResponse({ standardSchema: revokedSchema })
  async revoke(
    @CurrentScope() scope: Scope,
    @Param('id') id: string,
  ): Promise<z.infer<typeof revokedSchema>> {
    return toRevoked(await this.keys.revoke(scope, id));
  }
}
