// Reads the rows of a data set from the tenant's artifacts.
import { DatasetError, parseDataset, type QaRow } from '#contracts/dataset.js';
import type { Hash, TenantStore } from '#platform/artifacts/artifact-store.js';
import { PermanentError } from '#platform/errors/permanent.error.js';

/** @throws PermanentError naming the line that does not fit: trying again would find it again. */
export async function readDataset(store: TenantStore, hash: Hash): Promise<QaRow[]> {
  const content = (await store.get(hash)).toString('utf8');
  try {
    return parseDataset(content);
  } catch (error) {
    throw error instanceof DatasetError ? new PermanentError(error.message) : error;
  }
}
