// The pictures of a prompt, as the model's text reads them.

import { createHash } from 'node:crypto';
import type { Image__Output } from '#contracts/generated/lethe/inference/v1/Image.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { imageTypeOf } from '#contracts/image-type.js';
import { type Artifact, artifactSchema } from '#contracts/spaces.js';
import { ImageError } from '#images/errors/image.error.js';
import type { ShownImages } from '#models/text/shown-images.js';
import type { PictureFeatures } from '#models/types.js';
import type { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import { SpaceErasedError } from '#platform/errors/space-erased.error.js';
import { ImageRoomError } from '#vision/errors/image-room.error.js';
import type { Shown } from '#vision/vision.js';
import { BlindModelError } from '../errors/blind-model.error.js';
import { InvalidRequestError } from '../errors/invalid-request.error.js';
import { PromptLengthError } from '../errors/prompt-length.error.js';
import { ShownImageError } from '../errors/shown-image.error.js';
import { UnseenImageError } from '../errors/unseen-image.error.js';
import type { ReadyModel } from '../models.js';
import type { CallerOptions } from '../tokens/tokens.js';
import { imagesIn, withoutBytes } from './images-in.js';

/** A prompt whose pictures have been looked at. */
export interface SeenPrompt {
  /** Without the pictures' bytes. */
  readonly prompt: Prompt__Output | null;
  /** What stands for them; absent where there are none. */
  readonly shown?: ShownImages;
  /** As the engine takes them. */
  readonly images: { readonly imageToken?: number; readonly features?: readonly PictureFeatures[] };
}

const HASH = /^[0-9a-f]{64}$/;
const DETAILS = ['', 'auto', 'low', 'high'];

export class Images {
  constructor(private readonly store: ArtifactStore) {}

  /**
   * @throws BlindModelError, ShownImageError, PromptLengthError, InvalidRequestError, the signal's
   * reason, what a damaged model throws
   */
  async see(
    { base, engine, vision, seenBy: by }: ReadyModel,
    prompt: Prompt__Output | null,
    { owner, signal }: CallerOptions,
  ): Promise<SeenPrompt> {
    const asked = imagesIn(prompt);
    if (asked.length === 0) return { prompt, images: {} };
    const { vision: config } = engine.config;
    if (!vision || !config) throw new BlindModelError(base);
    const { maxContext } = engine;
    const images: ShownImages['images'][number][] = [];
    const features: PictureFeatures[] = [];
    let taken = 0;
    for (const [index, image] of asked.entries()) {
      const options = { owner, room: maxContext, signal, by };
      const seen = await vision.look(this.shown(owner, image, index), options).catch((error) => {
        throw imageFailure(error, index);
      });
      images.push(seen.pieces);
      features.push(seen.features);
      taken += seen.features.dims[0] ?? 0;
      if (taken > maxContext)
        throw new PromptLengthError(
          `the first ${index + 1} pictures take ${taken} tokens: the model's context holds ${maxContext}`,
        );
    }
    const { imageToken } = config;
    return {
      prompt: withoutBytes(prompt),
      shown: { token: imageToken, images },
      images: { imageToken, features },
    };
  }

  private shown(owner: string, image: Image__Output, index: number): Shown {
    const { bytes, type, detail, file, known } = image;
    if (!DETAILS.includes(detail))
      throw new InvalidRequestError(`images[${index}].detail: expected auto, low or high`);
    const isWhole = detail === 'low';
    if (file) {
      const { space, hash } = artifactOf(file, index);
      const read = () => this.store.scope(owner).space(space).get(hash);
      return { hash, isWhole, read: async () => ({ bytes: await read() }) };
    }
    if (known) {
      if (!HASH.test(known)) throw new ShownImageError(index, 'expected a SHA-256 in hex');
      return { hash: known, isWhole, read: () => Promise.reject(new UnseenImageError(index)) };
    }
    if (!bytes?.length) throw new ShownImageError(index, 'expected a file or bytes');
    if (type && imageTypeOf(bytes) !== type)
      throw new ShownImageError(index, `expected bytes of ${type}, as it is said to be`);
    const hash = createHash('sha256').update(bytes).digest('hex');
    return { hash, isWhole, read: async () => ({ bytes, ...(type ? { type } : {}) }) };
  }
}

function artifactOf(file: Artifact, index: number): Artifact {
  if (artifactSchema.safeParse(file).success) return file;
  throw new ShownImageError(index, 'expected the id of a space and a SHA-256 in hex');
}

/** What is wrong with the picture is told by its place among them. */
function imageFailure(cause: unknown, index: number): unknown {
  if (ArtifactNotFoundError.isInstance(cause) || SpaceErasedError.isInstance(cause))
    return new ShownImageError(index, 'its file is not there any more', cause);
  if (CorruptArtifactError.isInstance(cause))
    return new ShownImageError(index, 'its file is damaged in the store', cause);
  if (ImageRoomError.isInstance(cause))
    return new PromptLengthError(`images[${index}]: ${cause.publicMessage}`);
  if (ImageError.isInstance(cause)) return new ShownImageError(index, cause.publicMessage, cause);
  return cause;
}
