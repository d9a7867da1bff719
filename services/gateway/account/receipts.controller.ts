// /v1/receipts: a tenant's log of what was erased and forgotten.

import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { type Envelope, envelopeSchema } from '#contracts/receipts/envelope.js';
import { ApiError } from '../http/api.error.js';
import { type List, listOf, toList } from '../http/page.js';
import { AnswersKeys, receiptsQuery } from '../receipts/receipt-answers.js';
import { ReceiptKeys } from '../receipts/receipt-keys.js';
import { type ReceiptObject, receiptSchema, toReceipt } from '../receipts/receipt-object.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';

@ApiTags('receipts')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/receipts')
export class ReceiptsController {
  constructor(private readonly keys: ReceiptKeys) {}

  @Get()
  @ApiOperation({ summary: 'List receipts of erasures and of unlearning, the newest first' })
  @ApiOkResponse({ standardSchema: listOf(receiptSchema) })
  async list(
    @CurrentScope() { records }: Scope,
    @Query({ schema: receiptsQuery }) query: z.infer<typeof receiptsQuery>,
  ): Promise<List<ReceiptObject>> {
    return toList(await records.receipts.page(query), toReceipt);
  }

  @Get('key')
  @AnswersKeys()
  key(): Promise<string> {
    return this.keys.pem();
  }

  @Get(':id')
  @ApiOperation({ summary: 'A receipt: the signed document alone' })
  @ApiOkResponse({ standardSchema: envelopeSchema })
  async get(@CurrentScope() { records }: Scope, @Param('id') id: string): Promise<Envelope> {
    const receipt = await records.receipts.find(id);
    if (!receipt) throw ApiError.notFound('receipt', id, null, 'receipt_not_found');
    return receipt.envelope;
  }
}
