// To the next release and back while jobs run: `helm upgrade`, then `helm rollback`.

import { components } from '../components.js';
import { secondsSince } from '../until.js';
import { underLoad } from './load.js';
import type { Context, Scenario } from './scenario.js';

/** Jobs for the time that both rollouts take on a quiet machine. */
const [JOBS, SECONDS] = [60, 300];

export const upgrade: Scenario = async (context) => {
  const seconds = Math.min(context.seconds, SECONDS);
  await underLoad(context, Math.min(context.jobs, JOBS), seconds, (ended) =>
    forthAndBack(context, ended),
  );
};

/** Whatever fails, the release goes back. */
async function forthAndBack({ release, checks, next }: Context, ended: AbortSignal): Promise<void> {
  const revision = await release.helm.revision();
  const annotated = { podAnnotations: { 'lethe.test/release': 'next' } };
  const move = async (name: string, work: () => Promise<void>): Promise<void> => {
    const started = performance.now();
    checks.figure(`jobs run still when helm ${name} begins`, String(!ended.aborted));
    await work();
    await release.ready();
    checks.figure(
      `seconds of helm ${name} until all of ${components.length} were ready`,
      secondsSince(started),
    );
  };
  try {
    await move('upgrade', () => release.install({ ...annotated, ...next }));
  } finally {
    await move('rollback', () => release.back(revision));
  }
}
