// Training goes where GPUs are, waits where there are none, and makes room for its successor.

import { last } from '#collections/items.js';
import { hasGpu, nodesOf, PretendedGpus } from '../gpu-node.js';
import { podsOf, whyPending } from '../pods.js';
import { until } from '../until.js';
import type { Context, Scenario } from './scenario.js';

const ROLLOUT_MS = 300_000;
const LOOK_MS = 120_000;

/** The resource is pretended, so the device stays the CPU. */
const profile = {
  gpuProfiles: {
    suite: {
      device: 'cpu',
      resource: 'nvidia.com/gpu',
      count: 1,
      nodeSelector: {},
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    },
  },
  training: { gpuProfile: 'suite' },
};
const without = { training: { gpuProfile: '' } };

export const gpus: Scenario = async (context) => {
  const { release, checks } = context;
  const nodes = await nodesOf(release.kubectl);
  checks.figure('nodes', nodes.length);
  if (nodes.some(hasGpu)) {
    checks.skip('training waits where no node has a GPU', 'this cluster has GPUs of its own');
    const names = nodes.filter(hasGpu).map(({ metadata }) => metadata.name);
    try {
      await release.install(profile);
      await landsAndMakesRoom(context, names);
    } finally {
      await release.install(without);
      await release.ready();
    }
    return;
  }
  const pretended = new PretendedGpus(release.kubectl, last(nodes).metadata.name);
  try {
    await release.install(profile);
    await waits(context);
    await pretended.add(1);
    await landsAndMakesRoom(context, [pretended.node]);
  } finally {
    await release.install(without);
    await pretended.remove();
    await release.ready();
  }
};

async function waits({ release, checks }: Context): Promise<void> {
  const { found, seconds } = await until('training waits for a GPU', LOOK_MS, async () => {
    const reasons = (await podsOf(release.kubectl, 'training')).map(whyPending);
    return reasons.find((reason) => reason.includes('nvidia.com/gpu'));
  });
  checks.expect('training waits where no node has a GPU', `${seconds} s: ${found}`, true);
}

async function landsAndMakesRoom(
  { release, checks }: Context,
  withGpu: readonly string[],
): Promise<void> {
  const landed = await release.ready(['training'], ROLLOUT_MS);
  checks.expect('training is on a node with GPUs', ...(await where(release, withGpu)));
  checks.figure('seconds until it was ready there', landed);
  await release.restart('training');
  const rolled = await release.ready(['training'], ROLLOUT_MS);
  checks.expect('an update with no GPU to spare ends', `${rolled} s`, true);
  checks.expect('and is on a node with GPUs', ...(await where(release, withGpu)));
}

async function where(
  { kubectl }: Context['release'],
  withGpu: readonly string[],
): Promise<[string, boolean]> {
  const nodes = (await podsOf(kubectl, 'training')).map(({ spec }) => spec.nodeName ?? 'none');
  return [nodes.join(), nodes.length > 0 && nodes.every((node) => withGpu.includes(node))];
}
