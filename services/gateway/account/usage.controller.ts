// /v1/usage: what a tenant has used.

import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import {
  type UsageObject,
  type UsageQuery,
  usageQuery,
  usageSchema,
} from '../usage/usage-object.js';
import { UsageService } from './usage.service.js';

@ApiTags('usage')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @ApiOperation({ summary: 'What you have used in a period, and your quotas' })
  @ApiOkResponse({ standardSchema: usageSchema })
  async read(
    @CurrentScope() { tenant, quotas }: Scope,
    @Query({ schema: usageQuery }) query: UsageQuery,
  ): Promise<UsageObject> {
    return this.usage.read(tenant.id, quotas, query);
  }
}
