// Makes the schemas that kubeconform reads of the custom resources in a Go module:
// node resource-schemas.js <folder of the module> <output>.

import { loadAll } from 'js-yaml';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { closed } from './closed.js';

interface Resource {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: object };
    }[];
  };
}

/** Where projects keep the definitions of their resources. */
const places = [
  'config/crd/bases',
  'config/crd/standard',
  'deploy/crds',
  'example/prometheus-operator-crd',
];

const [module = '', output = ''] = process.argv.slice(2);
const half = `${output}.new`;
mkdirSync(half, { recursive: true });
const folder = places.map((place) => join(module, place)).find((path) => existsSync(path));
if (folder === undefined) throw new Error(`${module} has none of ${places.join(', ')}`);
/** cert-manager's have lines of Helm's around them. */
const text = (file: string): string =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => !line.includes('{{'))
    .join('\n');
const resources = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
  .flatMap((file) => loadAll(text(file)) as (Resource | null)[])
  .filter((one): one is Resource => one?.kind === 'CustomResourceDefinition');
for (const { spec } of resources)
  for (const { name, schema } of spec.versions) {
    const file = `${spec.names.kind}-${spec.group.split('.')[0]}-${name}.json`.toLowerCase();
    writeFileSync(join(half, file), JSON.stringify(closed(schema.openAPIV3Schema)));
  }
renameSync(half, output);
