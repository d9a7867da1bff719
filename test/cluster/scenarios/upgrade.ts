// To the next release and back while jobs run: `helm upgrade`, then `helm rollback`.

import { components } from '../components.js';
import { secondsSince } from '../until.js';
import { underLoad } from './load.js';
import type { Context, Scenario } from './scenario.js';

/** Jobs for the time that both rollouts take. */
const [JOBS, SECONDS] = [30, 90];

export const upgrade: Scenario = async (context) => {
  await underLoad(context, Math.min(context.jobs, JOBS), SECONDS, () => forthAndBack(context));
};

async function forthAndBack({ release, checks, next }: Context): Promise<void> {
  const revision = await release.helm.revision();
  const annotated = { podAnnotations: { 'lethe.test/release': 'next' } };
  for (const [name, move] of [
    ['upgrade', () => release.install({ ...annotated, ...next })],
    ['rollback', () => release.back(revision)],
  ] as const) {
    const started = performance.now();
    await move();
    await release.ready();
    checks.figure(
      `seconds of helm ${name} until all of ${components.length} were ready`,
      secondsSince(started),
    );
  }
}
