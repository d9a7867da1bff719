// Which ids an engine's prompts have in the place of images' placeholders: an owner's same image has the
// same ones again, so that what was read of it is found, and no two images share one.

import { createHash } from 'node:crypto';
import { first, item } from '#collections/items.js';
import type { ModelConfig, PictureFeatures } from '#models/types.js';
import { FeaturesError } from './errors/features.error.js';
import type { PromptImage } from './running/prompt-image.js';

/** Images whose ids are remembered; those of any other are new when it comes again. */
const MOST = 4096;

interface Known {
  readonly owner: string;
  readonly first: number;
}

export class ImageIds {
  /** Least recently used first. */
  private readonly known = new Map<string, Known>();
  private next: number;

  constructor(
    private readonly config: Pick<ModelConfig, 'vocabSize' | 'hiddenSize' | 'vision'>,
    private readonly most = MOST,
  ) {
    this.next = config.vocabSize;
  }

  /** @throws FeaturesError for features that the model cannot read. */
  imagesOf(owner: string, features: readonly PictureFeatures[]): PromptImage[] {
    return features.map((one, image) => {
      const digest = checkedDigest(one, image, this.config.hiddenSize) + this.gridOf(one, image);
      return { first: this.firstOf(owner, digest, first(one.dims)), features: alone(one) };
    });
  }

  /** What tells apart pictures of the same features in other places; nothing where there are no places. */
  private gridOf({ dims, grid }: PictureFeatures, image: number): string {
    if (this.config.vision?.layout !== 'grid') return '';
    const [rows, columns] = grid ?? [];
    const isWhole = [rows, columns].every((side) => Number.isInteger(side) && Number(side) > 0);
    if (isWhole && Number(rows) * Number(columns) === dims[0]) return ` ${rows} x ${columns}`;
    throw new FeaturesError(
      `features[${image}] has ${grid ? `a grid of ${rows} x ${columns}` : 'no grid'}, expected the rows and columns of its ${dims[0]} features: this model places them`,
    );
  }

  /** Its images have other ids when they come again. */
  forget(owner: string): void {
    for (const [key, known] of this.known) if (known.owner === owner) this.known.delete(key);
  }

  private firstOf(owner: string, digest: string, count: number): number {
    const key = `${digest} ${owner}`;
    const known = this.known.get(key) ?? { owner, first: this.next };
    if (known.first === this.next) this.next += count;
    this.known.delete(key);
    this.known.set(key, known);
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size > this.most) this.known.delete(oldest);
    return known.first;
  }
}

/** By data that were found to be finite. */
const digests = new WeakMap<Float32Array, string>();

function checkedDigest({ dims, data }: PictureFeatures, image: number, hidden: number): string {
  const name = `features[${image}]`;
  const [count = 0, width] = dims;
  if (dims.length !== 2 || count < 1 || width !== hidden || data.length !== count * hidden)
    throw new FeaturesError(
      `${name} has the shape [${dims.join(', ')}] and ${data.length} numbers, expected [n, ${hidden}] with n from 1 on`,
    );
  const known = digests.get(data);
  if (known !== undefined) return known;
  const wrong = firstInfinite(data);
  if (wrong >= 0)
    throw new FeaturesError(
      `${name} has ${item(data, wrong)} in row ${Math.floor(wrong / hidden)}, expected finite numbers`,
    );
  const digest = createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('base64');
  digests.set(data, digest);
  return digest;
}

/** A plain loop: there are millions of numbers. @returns -1 where all are finite. */
function firstInfinite(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

/** A view would be handed to the engine's thread with all that lies beside it. */
const alone = ({ data, ...others }: PictureFeatures): PictureFeatures => ({
  ...others,
  data: data.byteLength === data.buffer.byteLength ? data : data.slice(),
});
