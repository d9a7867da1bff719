// Pods of a release: where they are, and how often they were started again.

import type { Kubectl } from './kubectl.js';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly { restartCount: number }[];
  };
}

/** Those that are not on their way out. @param part a service, or `redis` or `postgresql`. */
export async function podsOf(kubectl: Kubectl, part: string): Promise<Pod[]> {
  const selector = `app.kubernetes.io/component=${part}`;
  const { items } = await kubectl.json<{ items: Pod[] }>('get', 'pods', '--selector', selector);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** Why the scheduler leaves a pod waiting; empty where it does not. */
export const whyPending = ({ status }: Pod): string =>
  status.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False')
    ?.message ?? '';

export const restartsOf = ({ status }: Pod): number =>
  (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
