// A stranger's pod beside the release reaches none of what only its services may reach; tried where
// the cluster enforces NetworkPolicies at all.

import type { Release } from '../release.js';
import { until } from '../until.js';
import type { Context, Scenario } from './scenario.js';

const WAIT_MS = 120_000;
const CONTROL = 'policy-control';
const PORT = 9000;

interface Pod {
  readonly status: { readonly phase: string; readonly podIP?: string };
}

/** Writes `<host>:<port> open` or `<host>:<port> <error>` of each. */
const probe = (targets: readonly string[]): string => `
  const { connect } = require('node:net');
  for (const target of ${JSON.stringify(targets)}) {
    const [host, port] = target.split(':');
    const socket = connect({ host, port: Number(port), timeout: 5000 });
    const tell = (seen) => { console.log(target, seen); socket.destroy(); };
    socket.once('connect', () => tell('open'));
    socket.once('timeout', () => tell('refused'));
    socket.once('error', ({ code }) => tell(code));
  }`;

const server = `require('node:net').createServer().listen(${PORT}, '0.0.0.0')`;

export const network: Scenario = async ({ release, checks }) => {
  const image = await release.image();
  await remove(release, true);
  try {
    const address = await control(release, image);
    const targets = ['inference-headless:50051', 'redis:6379', 'postgresql:5432'];
    const own = targets.map((target) => `${release.helm.release}-${target}`);
    const seen = await ask(release, image, [`${address}:${PORT}`, ...own]);
    judge(checks, seen, `${address}:${PORT}`, own);
  } finally {
    await remove(release, false);
  }
};

/** @param wait until they are gone, as those of a release that was kept have to be. */
async function remove({ kubectl }: Release, wait: boolean): Promise<void> {
  const selector = `app=${CONTROL}`;
  await kubectl.run(['delete', 'pod,networkpolicy', '--selector', selector, `--wait=${wait}`]);
}

function judge(
  checks: Context['checks'],
  seen: ReadonlyMap<string, string>,
  denied: string,
  own: readonly string[],
): void {
  if (seen.get(denied) === 'open') {
    checks.skip(
      "a stranger's pod is refused",
      'this cluster does not enforce NetworkPolicies: a pod that lets nobody in was reached',
    );
    return;
  }
  for (const target of own)
    checks.expect(
      `a stranger at ${target}`,
      seen.get(target) ?? 'nothing',
      seen.get(target) === 'refused',
    );
}

/** A pod that a policy lets nobody reach. @returns its address. */
async function control({ kubectl }: Release, image: string): Promise<string> {
  const labels = { app: CONTROL, role: 'server' };
  await kubectl.apply(podOf(`${CONTROL}-server`, labels, image, server), {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: CONTROL, labels },
    spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'], ingress: [] },
  });
  const { found } = await until('the control runs', WAIT_MS, async () => {
    const { status } = await kubectl.json<Pod>('get', 'pod', `${CONTROL}-server`);
    return status.phase === 'Running' ? status.podIP : undefined;
  });
  return found;
}

async function ask(
  { kubectl }: Release,
  image: string,
  targets: readonly string[],
): Promise<Map<string, string>> {
  const name = `${CONTROL}-stranger`;
  await kubectl.apply(podOf(name, { app: CONTROL, role: 'stranger' }, image, probe(targets)));
  await until('the stranger has asked', WAIT_MS, async () => {
    const { status } = await kubectl.json<Pod>('get', 'pod', name);
    return status.phase === 'Succeeded' ? true : undefined;
  });
  const lines = (await kubectl.run(['logs', name])).trim().split('\n');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

const podOf = (name: string, labels: object, image: string, script: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'node',
        image,
        command: ['node', '-e', script],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});
