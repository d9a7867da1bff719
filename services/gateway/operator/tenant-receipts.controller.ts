// Receipts for the operator: of any tenant, also of one that is gone.

import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { isStorable } from '#contracts/text.js';
import { Database } from '../database/database.js';
import { TenantRecords } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import { type List, listOf, toList } from '../http/page.js';
import { AnswersKeys, receiptsQuery } from '../receipts/receipt-answers.js';
import { ReceiptKeys } from '../receipts/receipt-keys.js';
import { type ReceiptObject, receiptSchema, toReceipt } from '../receipts/receipt-object.js';
import { AdminGuard } from '../tenants/admin.guard.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';

@ApiTags('admin')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin')
export class TenantReceiptsController {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
    private readonly keys: ReceiptKeys,
  ) {}

  @Get('receipts/key')
  @AnswersKeys()
  key(): Promise<string> {
    return this.keys.pem();
  }

  @Get('tenants/:tenant/receipts')
  @ApiOperation({ summary: "List a tenant's receipts, also where the tenant was deleted" })
  @ApiOkResponse({ standardSchema: listOf(receiptSchema) })
  async list(
    @Param('tenant') tenant: string,
    @Query({ schema: receiptsQuery }) query: z.infer<typeof receiptsQuery>,
  ): Promise<List<ReceiptObject>> {
    const { receipts } = await this.recordsOf(tenant);
    return toList(await receipts.page(query), toReceipt);
  }

  /** @throws ApiError 404 where there is no such tenant, and was none that left a receipt */
  private async recordsOf(tenant: string): Promise<TenantRecords> {
    const records = new TenantRecords(this.database.sql, tenant);
    if (await this.tenants.find(tenant)) return records;
    if (isStorable(tenant) && (await records.receipts.count()) > 0) return records;
    throw ApiError.notFound('tenant', tenant);
  }
}
