// helm, kubeconform and Kubernetes' schemas, where scripts/chart-tools.sh has brought them.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectRoot } from '#supervisor/layout.js';
import { testEnv } from '#testing/env.js';

const folder = join(projectRoot, '.lethe/tools/chart');
const brought = (name: string): string | undefined => {
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
};
const installed = (name: string): string | undefined =>
  testEnv.PATH.split(delimiter)
    .map((path) => join(path, name))
    .find((path) => existsSync(path));

export const helm = brought('helm') ?? installed('helm');
export const kubeconform = brought('kubeconform') ?? installed('kubeconform');

const schemas = brought('schemas');
const folders = schemas ? readdirSync(schemas) : [];
/** Of Kubernetes. */
export const versions = folders.filter((name) => name.startsWith('v1.'));
const resources = folders.filter((name) => name.startsWith('resources-'));

if (helm === undefined)
  console.warn('skipped: the tests of the chart need helm: make test-chart brings it');
if (kubeconform === undefined || versions.length === 0)
  console.warn("skipped: the chart is not held against Kubernetes' schemas: make test-chart does");

/** The version that templates are told they are rendered for. */
const KUBERNETES = '1.34.0';

/** @throws with what helm has written. */
export function runHelm(command: 'template' | 'lint', ...args: string[]): string {
  const all = [command, ...(command === 'template' ? ['lethe'] : []), chart, ...args];
  return execFileSync(helm as string, [...all, '--kube-version', KUBERNETES], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 2 ** 20,
  });
}

export const chart = join(projectRoot, 'helm/lethe');

/** @param manifests as YAML. @throws with what does not fit. */
export function conform(version: string, manifests: string): void {
  const locations = [version, ...resources].flatMap((name) => [
    '-schema-location',
    `${folder}/schemas/${name}/{{.ResourceKind}}{{.KindSuffix}}.json`,
  ]);
  execFileSync(kubeconform as string, ['-strict', ...locations], { input: manifests });
}
