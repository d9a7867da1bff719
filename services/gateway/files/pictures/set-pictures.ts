// The pictures of a data set that is being read: those in its rows are put into its space, those in
// files of their own stay there. Each is looked at once.

import { createHash } from 'node:crypto';
import { readDataUrl } from '#contracts/data-url.js';
import type { ReadImage } from '#contracts/dataset/images.js';
import { MAX_FILE_IMAGES } from '#contracts/dataset/limits.js';
import { isDataUrl } from '#contracts/picture-source.js';
import { type Artifact, fileSpace } from '#contracts/spaces.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import { SpaceErasedError } from '#platform/errors/space-erased.error.js';
import type { Belongings } from '../../artifacts/belongings.js';
import { VISION } from '../purpose-names.js';
import type { ProblemOf } from './picture-check.js';

/** What another tenant's file is, too. */
const MISSING = 'names a file that is not there';

type Opened = Artifact | string;

export class SetPictures {
  /** By the file's id, or the hash of the bytes. */
  private readonly known = new Map<string, Opened>();
  private readonly files = new Set<string>();

  /** @param space of the data set. @param maxBytes of a picture. */
  constructor(
    private readonly tenant: Belongings,
    private readonly space: ArtifactSpace,
    private readonly check: ProblemOf,
    private readonly maxBytes: number,
  ) {}

  /** Spaces of files that the set shows. */
  get spaces(): string[] {
    return [...this.files].toSorted();
  }

  /** @returns where its bytes are, or what is wrong with it, in words. */
  open({ source }: ReadImage): Promise<Opened> {
    return isDataUrl(source) ? this.openInline(source) : this.openFile(source);
  }

  private async openInline(url: string): Promise<Opened> {
    const read = readDataUrl(url);
    if (typeof read === 'string') return read;
    const { bytes } = read;
    const hash = createHash('sha256').update(bytes).digest('hex');
    return this.once(hash, async () => {
      const problem = await this.problemOf(bytes);
      return problem ?? { space: this.space.id, hash: await this.space.put(bytes) };
    });
  }

  private openFile(id: string): Promise<Opened> {
    return this.once(id, async () => {
      const file = await this.tenant.records.files.find(id);
      if (!file) return MISSING;
      if (file.purpose !== VISION)
        return `names a file of purpose '${file.purpose}': expected '${VISION}'`;
      const picture = { space: fileSpace(id), hash: file.hash };
      const bytes = await this.bytesOf(picture);
      const problem = bytes ? await this.problemOf(bytes) : MISSING;
      if (problem !== undefined) return problem;
      this.files.add(picture.space);
      return picture;
    });
  }

  private async once(key: string, work: () => Promise<Opened>): Promise<Opened> {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= MAX_FILE_IMAGES)
      return `is one image too many: a file shows at most ${MAX_FILE_IMAGES} different ones`;
    const opened = await work();
    this.known.set(key, opened);
    return opened;
  }

  private async problemOf(bytes: Uint8Array): Promise<string | undefined> {
    if (bytes.length > this.maxBytes)
      return `is an image of ${bytes.length} bytes: expected at most ${this.maxBytes}`;
    const problem = await this.check(() => bytes);
    return problem && `is an image that cannot be read: ${problem}`;
  }

  /** @returns undefined where it is being deleted. */
  private async bytesOf({ space, hash }: Artifact): Promise<Uint8Array | undefined> {
    try {
      return await this.tenant.artifacts.space(space).get(hash);
    } catch (error) {
      if (ArtifactNotFoundError.isInstance(error) || SpaceErasedError.isInstance(error))
        return undefined;
      throw error;
    }
  }
}
