// The content of an OCI image by its hash, in the folder of its layout.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Names a blob, as a manifest does. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A folder that becomes a layer of an image. */
export interface Layer {
  readonly folder: string;
  /** Where it lies in the image; absent: at the root. */
  readonly at?: string;
  /** Whether files keep their owners, modes included; else they are root's, for everybody to read. */
  readonly keepOwners?: boolean;
}

export class Blobs {
  private readonly folder: string;

  /** @param layout the root of the image's layout. */
  constructor(layout: string) {
    this.folder = join(layout, 'blobs', 'sha256');
    mkdirSync(this.folder, { recursive: true });
  }

  json(mediaType: string, content: object): Descriptor {
    const bytes = Buffer.from(JSON.stringify(content));
    const hash = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(this.folder, hash), bytes);
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
  }

  /** The same files make the same layer, whenever and by whomever they were written. */
  async layer({ folder, at = '', keepOwners = false }: Layer): Promise<Descriptor> {
    const path = join(this.folder, 'layer');
    execFileSync('tar', [
      '--create',
      `--file=${path}`,
      `--directory=${folder}`,
      '--sort=name',
      '--mtime=@0',
      '--format=gnu',
      '--numeric-owner',
      ...(keepOwners ? [] : ['--owner=0', '--group=0', '--mode=a+rX,u+w,go-w']),
      `--transform=s,^\\.,./${at},S`,
      '.',
    ]);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const hex = hash.digest('hex');
    renameSync(path, join(this.folder, hex));
    return {
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: `sha256:${hex}`,
      size: statSync(join(this.folder, hex)).size,
    };
  }
}
