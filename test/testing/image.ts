// The image's file system, unpacked into a folder: of the archive that `npm run image` writes where
// a Debian can be made, else /app alone.

import { execa } from 'execa';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { first } from '#collections/items.js';
import { projectRoot } from '#supervisor/layout.js';

export interface UnpackedImage {
  readonly root: string;
  /** Its release: dist, node_modules and the rest. */
  readonly app: string;
  /** Absent: there is no archive. */
  readonly archive?: { readonly manifest: Manifest; readonly config: Configuration };
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

export interface Configuration {
  readonly config: {
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly WorkingDir: string;
    readonly User: string;
  };
}

/** Where none can be made, the tests that need a whole image are skipped, and say so here. */
export const canMakeImage = await hasRootfs();

async function hasRootfs(): Promise<boolean> {
  const { exitCode, stderr } = await execa('deploy/rootfs.sh', { cwd: projectRoot, reject: false });
  if (exitCode !== 0)
    console.warn(`skipped: the tests on the whole image need a Debian: ${stderr}`);
  return exitCode === 0;
}

export async function unpackImage(folder: string): Promise<UnpackedImage> {
  const root = join(folder, 'root');
  const app = join(root, 'app');
  mkdirSync(root);
  if (canMakeImage) return { root, app, archive: await unpackArchive(folder, root) };
  await execa('npm', ['run', '-s', 'build:release', '--', app], { cwd: projectRoot });
  await execa('deploy/packages.sh', [app], { cwd: projectRoot });
  return { root, app };
}

async function unpackArchive(folder: string, root: string): Promise<UnpackedImage['archive']> {
  const out = join(folder, 'lethe.tar');
  await execa('npm', ['run', '-s', 'image', '--', '--out', out], { cwd: projectRoot });
  await execa('tar', ['-C', folder, '-xf', out]);
  const blob = (digest: string): string => join(folder, 'blobs', digest.replace(':', '/'));
  const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
  const index = read<{ manifests: { digest: string }[] }>(join(folder, 'index.json'));
  const manifest = read<Manifest>(blob(first(index.manifests).digest));
  for (const { digest } of manifest.layers)
    await execa('tar', ['-C', root, '-xpf', blob(digest), '--numeric-owner']);
  return { manifest, config: read<Configuration>(blob(manifest.config.digest)) };
}
