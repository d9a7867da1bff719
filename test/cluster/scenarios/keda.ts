// Evaluation from no pod to several and back to none, by the length of its queues.

import { setTimeout as sleep } from 'node:timers/promises';
import { Patience } from '../../faults/patience.js';
import { trainAdapters } from '../../runs/adapters.js';
import { requestOf, uploadSets, askedTasks } from '../../runs/asked.js';
import { measure } from '../../runs/measured.js';
import { podsOf } from '../pods.js';
import type { Release } from '../release.js';
import { until } from '../until.js';
import type { Scenario } from './scenario.js';

const MOST = 4;
/** More than the five minutes for which a HorizontalPodAutoscaler remembers what was wanted. */
const AWAY_MS = 420_000;
const PATIENCE_MS = 900_000;
const MODELS = 4;
/** The first may end before a HorizontalPodAutoscaler, which looks every 15 s, has seen it. */
const RUNS = 5;

const scaled = {
  evaluation: {
    autoscaling: {
      mode: 'keda',
      minReplicas: 0,
      maxReplicas: MOST,
      jobsPerReplica: 2,
      pollingSeconds: 2,
      cooldownSeconds: 15,
    },
  },
};
const fixed = { evaluation: { autoscaling: { mode: 'none' } } };

export const keda: Scenario = async ({ release, checks }) => {
  const { kubectl } = release;
  if (!(await kubectl.answers('get', 'crd', 'scaledobjects.keda.sh'))) {
    checks.skip('evaluation from none to several and back', 'this cluster has no KEDA');
    return;
  }
  await release.install(scaled);
  try {
    const idle = await release.count('evaluation', 0, AWAY_MS);
    checks.expect('evaluation without work has no pod', `after ${idle} s`, true);
    const client = await release.tenant('keda', 5);
    const files = await uploadSets(client);
    const models = await trainAdapters(client, MODELS, files.retain);
    const patience = new Patience(AbortSignal.timeout(PATIENCE_MS));
    const ended = new AbortController();
    const pods: number[] = [];
    const counted = countPods(release, ended.signal, pods);
    const run = () => measure(client, requestOf(models, askedTasks, files, 1), patience);
    let runs = 0;
    try {
      do {
        const { cells, seconds } = await run();
        const seen = `${cells.succeeded} of ${cells.total}`;
        checks.expect('cells succeeded', seen, cells.succeeded === cells.total);
        checks.figure(`seconds of run ${++runs}`, seconds.toFixed(1));
      } while (Math.max(...pods) < 2 && runs < RUNS);
    } finally {
      ended.abort();
      await counted;
    }
    checks.expect('pods of evaluation at most', Math.max(...pods), Math.max(...pods) > 1);
    checks.figure('pods, second by second', pods.join(' '));
    const { seconds: left } = await until('no pod again', AWAY_MS, async () =>
      (await podsOf(kubectl, 'evaluation')).length === 0 ? true : undefined,
    );
    checks.expect('and none when all is done', `after ${left} s`, true);
  } finally {
    await release.install(fixed);
    await release.scale('evaluation', 1);
  }
};

/** A look that fails is none. */
async function countPods(
  { kubectl }: Release,
  ended: AbortSignal,
  counts: number[],
): Promise<void> {
  while (!ended.aborted) {
    const pods = await podsOf(kubectl, 'evaluation').catch(() => undefined);
    if (pods) counts.push(pods.length);
    await sleep(1000);
  }
}
