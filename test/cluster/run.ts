// Installs the chart, runs the scenarios, and removes what they leave.

import { Checks } from './checks.js';
import type { Chart } from './helm.js';
import { Release } from './release.js';
import { scenarios, type ScenarioName } from './scenarios/index.js';
import type { Context } from './scenarios/scenario.js';

export interface SuiteOptions extends Omit<Context, 'release' | 'checks'> {
  readonly chart: Chart;
  readonly namespace: string;
  readonly only: readonly ScenarioName[];
  /** Leaves the release for somebody to look at. */
  readonly keep: boolean;
}

export async function runSuite(options: SuiteOptions): Promise<Checks> {
  const checks = new Checks();
  const release = new Release(options.namespace, options.chart);
  await release.begin();
  try {
    checks.begin('install');
    await release.install();
    checks.expect('every service is ready', `after ${await release.ready()} s`, true);
    const context = { ...options, release, checks };
    for (const name of options.only) {
      checks.begin(name);
      await scenarios[name](context).catch((error: unknown) =>
        checks.expect('ends without an error', String(error).slice(0, 2000), false),
      );
    }
  } finally {
    await (options.keep ? release.leave() : release.end());
  }
  return checks;
}
