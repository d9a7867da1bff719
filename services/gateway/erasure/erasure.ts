// What is to be erased, as the database has it.

import type { InferSelectModel } from 'drizzle-orm';
import type { erasures } from '../database/schema.js';

export type Erasure = InferSelectModel<typeof erasures>;
