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
const AWAY_MS = 180_000;
const PATIENCE_MS = 900_000;
const MODELS = 4;

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
    const counted = countPods(release, ended.signal);
    const { cells, seconds } = await measure(
      client,
      requestOf(models, askedTasks, files, 1),
      patience,
    ).finally(() => ended.abort());
    const pods = await counted;
    checks.expect(
      'cells succeeded',
      `${cells.succeeded} of ${cells.total}`,
      cells.succeeded === cells.total,
    );
    checks.figure('seconds of the run, from no pod on', seconds.toFixed(1));
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

async function countPods({ kubectl }: Release, ended: AbortSignal): Promise<number[]> {
  const counts: number[] = [];
  while (!ended.aborted) {
    counts.push((await podsOf(kubectl, 'evaluation')).length);
    await sleep(1000);
  }
  return counts;
}
