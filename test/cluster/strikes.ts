// What befalls a release while it works.

import { execa } from 'execa';
import { item } from '#collections/items.js';
import { Random } from '../fuzz/random.js';
import { components, type Component } from './components.js';
import { nodesOf } from './gpu-node.js';
import { podsOf } from './pods.js';
import type { Release } from './release.js';

export interface Strike {
  readonly name: string;
  carryOut(): Promise<void>;
}

const DRAIN_MS = 240_000;

/** Every pod of a service, or of a server beside it, ends in time, or at once. */
const deletion = (release: Release, part: string, force: boolean): Strike => ({
  name: `${part}: ${force ? 'killed' : 'deleted'}`,
  async carryOut() {
    const flags = force ? ['--force', '--grace-period=0'] : [];
    const names = (await podsOf(release.kubectl, part)).map(({ metadata }) => metadata.name);
    if (names.length > 0)
      await release.kubectl.run(['delete', 'pod', ...names, '--wait=false', ...flags]);
  },
});

/** The node that a service is on loses every pod of the release, and takes none for that time. */
const drain = (release: Release, part: Component): Strike => ({
  name: `node of ${part}: drained`,
  async carryOut() {
    const { kubectl } = release;
    const node = (await podsOf(kubectl, part))[0]?.spec.nodeName;
    if (node === undefined) return;
    const flags = ['--ignore-daemonsets', '--delete-emptydir-data', '--force'];
    const selector = `--pod-selector=app.kubernetes.io/instance=${release.helm.release}`;
    try {
      await kubectl.run(['drain', node, ...flags, selector, `--timeout=${DRAIN_MS}ms`], {
        ms: DRAIN_MS + 10_000,
      });
    } finally {
      await kubectl.run(['uncordon', node]);
    }
  },
});

/** New pods for all services, one after the other as their Deployments say. */
const rollingUpdate = (release: Release): Strike => ({
  name: 'all services: rolled',
  async carryOut() {
    for (const name of components) await release.restart(name);
    await release.ready();
  },
});

/** A shell's command: what the API of the cluster does not do, such as ending a node. */
export function outsideStrike(argument: string): Strike {
  const at = argument.indexOf('=');
  if (at < 1) throw new Error(`--strike ${argument}: expected name=command`);
  const command = argument.slice(at + 1);
  return {
    name: argument.slice(0, at),
    carryOut: async () => void (await execa(command, { shell: true, stdio: 'ignore' })),
  };
}

/** Nodes are drained where there are others. @param chosen by their names. */
export async function strikesOn(
  release: Release,
  outside: readonly Strike[],
  chosen: RegExp,
): Promise<readonly Strike[]> {
  const ends = [false, true].flatMap((force) =>
    components.map((name) => deletion(release, name, force)),
  );
  const servers = ['redis', 'postgresql'].map((name) => deletion(release, name, false));
  const hasOthers = (await nodesOf(release.kubectl)).length > 1;
  const drains = hasOthers ? [drain(release, 'training'), drain(release, 'gateway')] : [];
  return those([...ends, ...servers, ...drains, rollingUpdate(release), ...outside], chosen);
}

/** @throws Error that has all names, where none is chosen */
export function those(strikes: readonly Strike[], chosen: RegExp): readonly Strike[] {
  const found = strikes.filter(({ name }) => chosen.test(name));
  if (found.length > 0) return found;
  const names = strikes.map(({ name }) => name).join(', ');
  throw new Error(`--strikes ${chosen.source}: expected to match one of ${names}`);
}

/** Each once, in an order of the seed's. */
export function inOrderOf(seed: number, strikes: readonly Strike[]): Strike[] {
  const random = new Random(seed);
  const left = [...strikes];
  return strikes.map(() => item(left.splice(random.below(left.length), 1), 0));
}
