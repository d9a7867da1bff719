// Makes the schemas that kubeconform reads of the OpenAPI document in Kubernetes' Go module:
// node kubernetes-schemas.js <folder of the module> <output>. Strict: a field that is not known is
// an error.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closed } from './closed.js';

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Definition {
  readonly properties?: Readonly<Record<string, object>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly Kind[];
}

/** What the document says in a format that JSON Schema does not know. */
const special: Readonly<Record<string, object>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['number', 'string'] },
};

const REFERENCE = /"#\/definitions\/([^"]+)"/g;

const [module = '', output = ''] = process.argv.slice(2);
const document = JSON.parse(
  readFileSync(join(module, 'api/openapi-spec/swagger.json'), 'utf8'),
) as { definitions: Readonly<Record<string, Definition>> };

const half = `${output}.new`;
mkdirSync(half, { recursive: true });
const definitions = new Map(
  Object.entries(document.definitions).map(([name, one]) => [name, special[name] ?? closed(one)]),
);
for (const [name, one] of Object.entries(document.definitions))
  for (const { group, version, kind } of one['x-kubernetes-group-version-kind'] ?? []) {
    const words = [kind, group.split('.')[0], version].filter(Boolean);
    const file = `${words.join('-')}.json`.toLowerCase();
    if (!kind.endsWith('List')) writeFileSync(join(half, file), JSON.stringify(whole(name)));
  }
renameSync(half, output);

/** With all that it refers to: kubeconform follows no reference into another file. */
function whole(name: string): object {
  const used = new Set([name]);
  for (const one of used)
    for (const [, next = ''] of JSON.stringify(definitions.get(one)).matchAll(REFERENCE))
      used.add(next);
  const own = Object.fromEntries([...used].map((one) => [one, definitions.get(one)]));
  return { $ref: `#/definitions/${name}`, definitions: own };
}
