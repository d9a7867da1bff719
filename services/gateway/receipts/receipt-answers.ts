// What the tenant's and the operator's addresses of receipts have in common.

import { applyDecorators, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import { pageQuery } from '../http/page.js';

export const receiptsQuery = pageQuery(20, 100);

const PEM = 'application/x-pem-file';

/** Of a handler that answers with ReceiptKeys.pem(). */
export const AnswersKeys = (): MethodDecorator =>
  applyDecorators(
    Header('content-type', PEM),
    ApiOperation({ summary: 'The public keys that verify receipts, the newest first, in PEM' }),
    ApiProduces(PEM),
    ApiOkResponse({ schema: { type: 'string' } }),
  );
