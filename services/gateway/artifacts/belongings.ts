// All that is one tenant's.

import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { TenantRecords } from '../database/tenant-records.js';

export interface Belongings {
  readonly records: TenantRecords;
  readonly artifacts: TenantStore;
}
