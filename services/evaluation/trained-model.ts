// The model with the adapter that `train` left: never the model without it.

import type { ModelRef } from '#contracts/jobs.js';
import { modelSpace } from '#contracts/spaces.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';

/** @throws MissingInputError where there is none. */
export async function trainedModel(
  { model, jobId }: { readonly model?: ModelRef | undefined; readonly jobId: string },
  store: ArtifactSpace,
): Promise<ModelRef> {
  const hash = await store.getRef('adapter');
  if (!hash || !model) throw new MissingInputError('there is no trained adapter to evaluate');
  return { base: model.base, adapter: { space: modelSpace(jobId), hash } };
}
