// Reads the rows of a data set from the tenant's artifacts.
import { DatasetError, type NumberedExample, parseDataset } from '#contracts/dataset/dataset.js';
import type { Hash, TenantStore } from '#platform/artifacts/artifact-store.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';

/**
 * @param set what it is, for the error.
 * @throws UnusableSetError naming the line that does not fit.
 */
export async function readDataset(
  store: TenantStore,
  hash: Hash,
  set: string,
): Promise<NumberedExample[]> {
  const content = (await store.get(hash)).toString('utf8');
  try {
    return parseDataset(content);
  } catch (error) {
    throw error instanceof DatasetError ? UnusableSetError.unreadable(set, error) : error;
  }
}
