// A tenant's usage, to the operator.

import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UsageService } from '../account/usage.service.js';
import { ENV, type Env } from '../env.js';
import { quotasOf } from '../quotas/quotas.js';
import { AdminGuard } from '../tenants/admin.guard.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';
import {
  type UsageObject,
  type UsageQuery,
  usageQuery,
  usageSchema,
} from '../usage/usage-object.js';

@ApiTags('admin')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/tenants/:tenant/usage')
export class TenantUsageController {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly usage: UsageService,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What a tenant has used in a period, and its quotas' })
  @ApiOkResponse({ standardSchema: usageSchema })
  async read(
    @Param('tenant') id: string,
    @Query({ schema: usageQuery }) query: UsageQuery,
  ): Promise<UsageObject> {
    const tenant = await this.tenants.get(id);
    return this.usage.read(id, quotasOf(this.env, tenant), query);
  }
}
