// The public name of a tuned model. It holds its tenant's text, so that the record has it sealed
// with the key of the model's space.

import { modelSpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { Logger } from '#platform/log/logger.js';
import { models } from '../database/schema.js';
import type { ModelRow } from '../database/tenant-records.js';
import { placeOf } from '../texts/text-place.js';
import { TextReader } from '../texts/text-reader.js';

export const tunedPrefix = 'ft:';
/** Of a job's id, which its model's name ends with. */
export const TAIL = 8;

export const tailOf = (name: string): string => name.slice(-TAIL);

export const tunedModelName = (
  base: string,
  tenant: string,
  suffix: string | undefined,
  jobId: string,
): string => `${tunedPrefix}${base}:${tenant}:${suffix ?? ''}:${tailOf(jobId)}`;

export const modelNamePlace = (id: string): string => placeOf(models.name, id);

/** A record whose name is opened; undefined: it cannot be read. */
export type OpenedModel = Omit<ModelRow, 'name'> & { readonly name: string | undefined };
export type NamedModel = OpenedModel & { readonly name: string };

export const isNamed = (model: OpenedModel): model is NamedModel => model.name !== undefined;

/** Whether the model's name, which cannot be read, may have been this one. */
export const isRestOf = (model: OpenedModel, name: string): boolean =>
  !isNamed(model) &&
  name.startsWith(`${tunedPrefix}${model.base}:`) &&
  tailOf(name) === tailOf(model.jobId);

/**
 * @throws StorageUnavailableError, KeyServiceError
 */
export async function openModels(
  artifacts: TenantStore,
  rows: readonly ModelRow[],
  log: Logger,
): Promise<OpenedModel[]> {
  const spaces = rows.map(({ jobId }) => modelSpace(jobId));
  const texts = await TextReader.load(artifacts, spaces, log);
  return rows.map((row) => ({ ...row, name: nameOf(row, texts) }));
}

/** An earlier release has the name as the record's id. */
function nameOf({ id, jobId, name }: ModelRow, texts: TextReader): string | undefined {
  if (name === null) return id;
  return texts.tryRead(name, modelSpace(jobId), modelNamePlace(id));
}
