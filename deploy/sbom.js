#!/usr/bin/env node
// Prints what an image is made of, as CycloneDX: the packages of npm that were copied into a folder,
// those of Debian that are in its list, and Node.js: deploy/sbom.js <folder> <list> <version of Node.js>
// The same input gives the same bytes.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, list, node] = process.argv.slice(2);

/** By the name that npm sbom gives them. */
const installed = new Set(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')))
    .filter(({ name, version }) => name && version)
    .map(({ name, version }) => `${name}@${version}`),
);

// Not --omit=dev: npm 11 then leaves out what packages of development need as well.
const { $schema, bomFormat, specVersion, metadata, components, dependencies } = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format=cyclonedx'], {
    cwd: dirname(import.meta.dirname),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  }),
);
const isInstalled = (reference) => installed.has(reference);
const described = new Set(components.map((component) => component['bom-ref']));
const unknown = [...installed].filter((reference) => !described.has(reference));
if (unknown.length > 0) throw new Error(`expected npm sbom to describe ${unknown.join(', ')}`);

const debian = readFileSync(list, 'utf8')
  .split('\n\n')
  .map((entry) => Object.fromEntries(entry.split('\n').map((line) => line.split(/: (.*)/, 2))))
  .filter(({ Package, Status }) => Package && /^(install ok installed)?$/.test(Status ?? ''))
  .map(({ Package: name, Version: version, Architecture: architecture }) => ({
    'bom-ref': `deb:${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`,
  }));

const { component, tools } = metadata;
const root = component['bom-ref'];
const runtime = {
  'bom-ref': `node@${node}`,
  type: 'platform',
  name: 'node',
  version: node,
  purl: `pkg:generic/node@${node}`,
};
const bom = {
  $schema,
  bomFormat,
  specVersion,
  version: 1,
  metadata: { tools, component: { ...component, type: 'application', name: 'lethe' } },
  components: [...components.filter((each) => isInstalled(each['bom-ref'])), runtime, ...debian],
  dependencies: dependencies
    .filter(({ ref }) => ref === root || isInstalled(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isInstalled) })),
};
process.stdout.write(`${JSON.stringify(bom, null, 1)}\n`);
