// Builds the image's file system into an OCI archive, where there is no Docker daemon and no
// registry: npm run image -- --out lethe.tar

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeArchive } from './archive.js';
import { imageConfig } from './image-config.js';

/** This file runs as dist/deploy/oci/main.js. */
const root = join(import.meta.dirname, '../../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

const { out, tag } = parseArgs({
  options: {
    out: { type: 'string', default: 'lethe.tar' },
    tag: { type: 'string', default: `lethe/lethe:${version}` },
  },
}).values;

const run = (script: string, ...args: string[]): string =>
  execFileSync(join(root, script), args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  }).trimEnd();

const rootfs = run('deploy/rootfs.sh');
const work = mkdtempSync(join(dirname(resolve(out)), '.build-'));
try {
  const [packages, app] = [join(work, 'packages'), join(work, 'app')];
  run('deploy/packages.sh', packages);
  run('scripts/release.sh', app);
  const sbom = join(packages, 'sbom.cdx.json');
  const node = execFileSync(join(rootfs, 'usr/local/bin/node'), ['-p', 'process.versions.node']);
  const debian = join(rootfs, 'var/lib/dpkg/status');
  writeFileSync(sbom, `${run('deploy/sbom.js', packages, debian, String(node).trim())}\n`);
  copyFileSync(sbom, `${out}.cdx.json`);
  const image = {
    tag,
    layers: [
      { folder: rootfs, keepOwners: true },
      { folder: packages, at: 'app' },
      { folder: app, at: 'app' },
    ],
    config: imageConfig(readFileSync(join(root, 'deploy/Dockerfile'), 'utf8')),
  };
  const { digest, size } = await writeArchive(image, out);
  console.log(`${tag} ${digest} ${(size / 1e6).toFixed(0)} MB in ${out}`);
} finally {
  rmSync(work, { recursive: true });
}
