// Opens the pictures that a request shows: those of data URLs go to inference with the call, those of
// files by their artifacts. Nothing is kept.

import { Inject, Injectable } from '@nestjs/common';
import { readDataUrl } from '#contracts/data-url.js';
import type { Image } from '#contracts/generated/lethe/inference/v1/Image.js';
import { isDataUrl } from '#contracts/picture-source.js';
import { ENV, type Env } from '../../env.js';
import { FilesService } from '../../files/files.service.js';
import { ApiError } from '../../http/api.error.js';
import type { Scope } from '../../tenants/scope.js';
import type { AskedImage, Shown } from './said.js';

type Limits = Pick<Env, 'MAX_IMAGES' | 'MAX_IMAGE_BYTES' | 'MAX_IMAGES_BYTES'>;

interface Opened {
  readonly image: Image;
  readonly bytes: number;
}

@Injectable()
export class ImagesService {
  constructor(
    private readonly files: FilesService,
    @Inject(ENV) private readonly limits: Limits,
  ) {}

  /** @throws ApiError 400 by the field of the first that is wrong, 404 for a file that is not there. */
  async open(scope: Scope, asked: readonly AskedImage[]): Promise<Shown> {
    const { MAX_IMAGES, MAX_IMAGES_BYTES } = this.limits;
    const further = asked[MAX_IMAGES];
    if (further)
      throw refused(further, `is one of ${asked.length} pictures: at most ${MAX_IMAGES} are read`);
    const shown = new Map<string, Image>();
    let total = 0;
    for (const one of asked) {
      const { image, bytes } = await this.openOne(scope, one);
      total += bytes;
      if (total > MAX_IMAGES_BYTES)
        throw refused(
          one,
          `is too large beside the pictures before it: at most ${MAX_IMAGES_BYTES} bytes are read together`,
        );
      shown.set(one.field, image);
    }
    return shown;
  }

  private async openOne(scope: Scope, asked: AskedImage): Promise<Opened> {
    const { field, source, detail } = asked;
    const { MAX_IMAGE_BYTES } = this.limits;
    const { image, bytes } = isDataUrl(source)
      ? dataUrlImage(asked)
      : await this.files.picture(scope, source, field);
    if (bytes > MAX_IMAGE_BYTES)
      throw refused(asked, `is a picture of ${bytes} bytes: at most ${MAX_IMAGE_BYTES} are read`);
    return { image: { ...image, detail }, bytes };
  }
}

function dataUrlImage(asked: AskedImage): Opened {
  const read = readDataUrl(asked.source);
  if (typeof read === 'string') throw refused(asked, read);
  return { image: read, bytes: read.bytes.length };
}

const refused = ({ field }: AskedImage, message: string): ApiError =>
  ApiError.invalid(`'${field}' is not valid: it ${message}.`, field, 'invalid_image');
