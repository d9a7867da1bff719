// Writes an OCI image archive from folders, without a daemon and without a registry. `ctr images
// import` takes it, as do skopeo, podman and Docker from 25 on.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { last } from '#collections/items.js';
import { Blobs, type Descriptor, type Layer } from './blobs.js';
import type { ImageConfig } from './image-config.js';

const types = 'application/vnd.oci.image';
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface Image {
  /** Such as `lethe/lethe:1.2.3`. */
  readonly tag: string;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

export interface Written {
  /** Of the manifest. */
  readonly digest: string;
  /** Of all layers, in bytes. */
  readonly size: number;
}

/** The same folders make the same digest. */
export async function writeArchive(image: Image, out: string): Promise<Written> {
  const path = resolve(out);
  // Beside the result, which is too large for a /tmp in memory.
  const layout = mkdtempSync(join(dirname(path), '.image-'));
  try {
    const manifest = await writeLayout(image, layout);
    execFileSync('tar', ['-C', layout, '-cf', path, 'oci-layout', 'index.json', 'blobs']);
    return manifest;
  } finally {
    rmSync(layout, { recursive: true });
  }
}

async function writeLayout({ tag, layers, config }: Image, layout: string): Promise<Written> {
  const blobs = new Blobs(layout);
  const written: Descriptor[] = [];
  for (const layer of layers) written.push(await blobs.layer(layer));
  const configuration = blobs.json(`${types}.config.v1+json`, {
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created: new Date(0).toISOString(),
    config,
    rootfs: { type: 'layers', diff_ids: written.map(({ digest }) => digest) },
  });
  const manifest = blobs.json(`${types}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${types}.manifest.v1+json`,
    config: configuration,
    layers: written,
  });
  const annotations = {
    'io.containerd.image.name': fullName(tag),
    'org.opencontainers.image.ref.name': last(tag.split(':')),
  };
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const index = { schemaVersion: 2, mediaType: `${types}.index.v1+json` };
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({ ...index, manifests: [{ ...manifest, annotations }] }),
  );
  const size = written.reduce((sum, layer) => sum + layer.size, 0);
  return { digest: manifest.digest, size };
}

/** A first part with a dot or a port is a registry; images without one are Docker Hub's. */
function fullName(tag: string): string {
  const [registry, ...path] = tag.split('/');
  return path.length > 0 && /[.:]/.test(registry ?? '') ? tag : `docker.io/${tag}`;
}
