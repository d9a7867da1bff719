// Whose a row is.

import { text } from 'drizzle-orm/pg-core';
import { tenants } from './tenants.js';

export const tenantId = () =>
  text('tenant_id')
    .notNull()
    .references(() => tenants.id, { onDelete: 'cascade' });
