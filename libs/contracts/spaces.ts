// Where a tenant's bytes live. A space is the unit of life: it has a key of its own, is made before
// its first byte and erased whole.

import { z } from 'zod';
import { hashSchema } from './hash.js';
import { idSchema } from './id.js';

/** Bytes of a tenant: in which space, and their SHA-256. */
export const artifactSchema = z.strictObject({ space: idSchema, hash: hashSchema });
export type Artifact = Readonly<z.infer<typeof artifactSchema>>;

/** In the place of a tenant: what the operator has sealed. No tenant's id is like it. */
export const OPERATOR = 'operator';

/** What is said of the tenant itself: its name. */
export const accountSpace = 'account';

/** What is said of one of the tenant's API keys: its name. */
export const keySpace = (keyId: string): string => keyId;

/** The upload and its example set. */
export const fileSpace = (fileId: string): string => fileId;

/** All that a job leaves but its model: sets and reports. */
export const jobSpace = (jobId: string): string => jobId;

/**
 * What a job needs until it ends: a teacher's replies, a checkpoint, and the adapters that its audit
 * relearns with.
 */
export const workSpace = (jobId: string): string => `work-${jobId}`;

/** The adapter that a job trains: it outlives the job where it is published. */
export const modelSpace = (jobId: string): string => `model-${jobId}`;

/** What is said of an evaluation run in the tenant's own words. */
export const runSpace = (runId: string): string => runId;

/** Rows and report of one cell of evaluation runs: it lives as long as any of them. */
export const cellSpace = (cellId: string): string => cellId;
