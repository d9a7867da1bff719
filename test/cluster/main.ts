// npm run test:cluster -- [--only gpus,load] [--jobs N] [--seconds N] [--values FILE]...: installs the
// chart into a namespace of the cluster of KUBECONFIG and tries what docs/guides/test-on-a-cluster.md
// lists. Ends with 1 where a promise is broken.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '#supervisor/layout.js';
import { testEnv } from '#testing/env.js';
import { table } from '../testing/markdown.js';
import { runSuite } from './run.js';
import { scenarios, type ScenarioName } from './scenarios/index.js';
import { outsideStrike } from './strikes.js';

const names = Object.keys(scenarios) as ScenarioName[];

const { values } = parseArgs({
  options: {
    chart: { type: 'string', default: join(projectRoot, 'helm', 'lethe') },
    /** Files of values that the cluster needs: images, volumes. */
    values: { type: 'string', multiple: true, default: [] },
    /** JSON: values of the release that is upgraded to. */
    next: { type: 'string' },
    only: { type: 'string', default: names.join() },
    namespace: { type: 'string', default: 'lethe-test' },
    jobs: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '1200' },
    seed: { type: 'string', default: '0' },
    /** name=command, such as one that kills a node and brings it back. */
    strike: { type: 'string', multiple: true, default: [] },
    /** A pattern: those strikes alone, by name. */
    strikes: { type: 'string', default: '.' },
    /** host:port of the cluster's Ingress controller, where it is not what the Ingress says. */
    ingress: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

function chosen(text: string): ScenarioName[] {
  const unknown = text.split(',').find((name) => !(name in scenarios));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: expected some of ${names.join()}`);
  return text.split(',') as ScenarioName[];
}

if (testEnv.KUBECONFIG === undefined) {
  console.log(
    'SKIPPED: test/cluster needs KUBECONFIG, the configuration of a cluster to install on.',
  );
  process.exit(0);
}
const { all } = await runSuite({
  chart: { path: values.chart, files: values.values },
  namespace: values.namespace,
  only: chosen(values.only),
  jobs: Number(values.jobs),
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  outside: values.strike.map(outsideStrike),
  strikes: new RegExp(values.strikes),
  ingress: values.ingress,
  next: values.next ? (JSON.parse(readFileSync(values.next, 'utf8')) as object as never) : {},
  keep: values.keep,
});
const rows = all.map(({ scenario, what, seen, holds }) => [
  scenario,
  what,
  seen,
  holds === undefined ? '' : holds ? 'yes' : 'NO',
]);
console.log(`\n${table(['scenario', 'what', 'seen', 'as promised'], rows)}`);
const folder = join(projectRoot, '.lethe', 'cluster');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'checks.json'), `${JSON.stringify(all, null, 2)}\n`);
process.exitCode = all.every(({ holds }) => holds !== false) ? 0 : 1;
