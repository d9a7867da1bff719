// Installs the chart, runs the scenarios, and removes what they leave.

import { Checks } from './checks.js';
import type { Chart } from './helm.js';
import { Release } from './release.js';
import { scenarios, type ScenarioName } from './scenarios/index.js';
import type { Context } from './scenarios/scenario.js';
import { LateError, within } from './until.js';

/** Longer than any scenario's own bounds together. */
const SCENARIO_MS = 2 * 3600 * 1000;

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
    const install = async (): Promise<void> => {
      await release.install();
      checks.expect('every service is ready', `after ${await release.ready()} s`, true);
    };
    if ((await run('install', install, release, checks)) !== 'done') return checks;
    const context = { ...options, release, checks };
    for (const name of options.only)
      if ((await run(name, () => scenarios[name](context), release, checks)) === 'late') break;
  } finally {
    await (options.keep ? release.leave() : release.end());
  }
  return checks;
}

/**
 * Each begins with a release that is ready, whatever the one before has left.
 * @returns late: it goes on, and would be in the way of the next.
 */
async function run(
  name: string,
  work: () => Promise<void>,
  release: Release,
  checks: Checks,
): Promise<'done' | 'failed' | 'late'> {
  checks.begin(name);
  const readied = async (): Promise<void> => {
    if (name !== 'install') await release.ready();
    await work();
  };
  try {
    await within(name, SCENARIO_MS, readied());
    return 'done';
  } catch (error) {
    checks.expect('ends without an error', String(error).slice(0, 2000), false);
    console.error(await release.tell().catch(String));
    return error instanceof LateError ? 'late' : 'failed';
  }
}
