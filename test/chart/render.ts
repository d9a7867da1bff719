// What the chart makes of values.

import { dump, loadAll } from 'js-yaml';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chart, runHelm } from './tools.js';

export type Json = Readonly<Record<string, unknown>>;

export interface Manifest extends Json {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Files of values, by the name of what they are for. */
export const valueFiles: Readonly<Record<string, readonly string[]>> = {
  default: [],
  minimal: ['minimal'],
  full: ['full'],
  laptop: ['laptop'],
  'gpu-cluster': ['gpu-cluster'],
  'air-gapped': ['air-gapped'],
};

export const flagsOf = (name: string): string[] =>
  (valueFiles[name] ?? []).flatMap((file) => ['--values', join(chart, `examples/${file}.yaml`)]);

const known = new Map<string, string>();

/** Once for all tests of a file. */
export function rendered(name: string): string {
  const manifests = known.get(name) ?? runHelm('template', ...flagsOf(name));
  known.set(name, manifests);
  return manifests;
}

export const parse = (manifests: string): Manifest[] =>
  (loadAll(manifests) as (Manifest | null)[]).filter((one) => one !== null);

/** @throws with what helm has written. */
export function renderWith(values: Json): Manifest[] {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-chart-'));
  try {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    return parse(runHelm('template', '--values', file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** In the order of names, without what is made anew each time. */
export const canonical = (manifests: string): string =>
  parse(manifests)
    .map(withoutSecrets)
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .map((one) => dump(one, { sortKeys: true, lineWidth: 100, noRefs: true }))
    .join('---\n');

function withoutSecrets(one: Manifest): Manifest {
  if (one.kind !== 'Secret') return one;
  const data = Object.keys(one.data as Json).map((key) => [key, '(made by the release)']);
  return { ...one, data: Object.fromEntries(data) };
}
