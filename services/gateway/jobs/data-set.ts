// What a request names, as it is read when the request is checked.

import type { NumberedExample } from '#contracts/dataset/dataset.js';
import type { Artifact } from '#contracts/spaces.js';
import type { JobData } from '../database/schema.js';

/** A file that a request names. */
export interface DataSet {
  readonly artifact: Artifact;
  readonly rows: readonly NumberedExample[];
  /** Field that names it. */
  readonly param: string;
}

/**
 * @param param the field that names the file.
 * @throws ApiError 404 or 400 for a file that is not there, cannot be read or has no row.
 */
export type ReadSet = (fileId: string, param: string) => Promise<DataSet>;

export interface JobInputs {
  readonly read: ReadSet;
  /** The request's training file. */
  training(): Promise<DataSet>;
  /**
   * The newest version of a knowledge base.
   * @throws ApiError 404 for one that is not the tenant's.
   */
  knowledge(id: string, param: string): Promise<NonNullable<JobData['knowledge']>>;
}
