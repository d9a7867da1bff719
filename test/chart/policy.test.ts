// What holds for every object that the chart makes, whatever the values.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalog } from '#contracts/jobs.js';
import { projectRoot } from '#supervisor/layout.js';
import { services } from '../testing/services.js';
import { type Json, type Manifest, parse, rendered, renderWith, valueFiles } from './render.js';
import { helm } from './tools.js';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: Json;
  readonly resources: { readonly requests: Json; readonly limits: Json };
  readonly startupProbe?: object;
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: Json;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Json[];
}

interface Workload {
  readonly replicas?: number;
  readonly strategy?: { readonly rollingUpdate?: { readonly maxSurge: number } };
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: { readonly metadata: Manifest['metadata']; readonly spec: PodSpec };
}

const COMPONENT = 'app.kubernetes.io/component';
const componentOf = (one: Manifest): string | undefined => one.metadata.labels?.[COMPONENT];

/** Components of inference's pools that examples have. */
const pools: Readonly<Record<string, readonly string[]>> = { 'gpu-cluster': ['inference-large'] };
const componentsOf = (name: string): string[] => [...services, ...(pools[name] ?? [])].toSorted();

function podOf(one: Manifest): PodSpec[] {
  if (one.kind === 'Pod') return [one.spec as PodSpec];
  const template = (one.spec as Partial<Workload> | undefined)?.template;
  return template ? [template.spec] : [];
}

const env = (one: Container, name: string): string | undefined =>
  one.env?.find((variable) => variable.name === name)?.value;

const names = helm === undefined ? [] : Object.keys(valueFiles);

describe.skipIf(helm === undefined).each(names)('objects of %s', (name) => {
  const all = parse(rendered(name));
  const pods = all.flatMap((one) => podOf(one).map((pod) => ({ one, pod })));
  const containers = pods.flatMap(({ pod }) => [...pod.containers, ...(pod.initContainers ?? [])]);
  const deployments = all.filter(({ kind }) => kind === 'Deployment');

  test('are five Deployments, one more for each pool, and a pod that tests them', () => {
    expect(deployments.map(componentOf).toSorted()).toEqual(componentsOf(name));
    expect(all.some(({ kind }) => kind === 'Pod')).toBe(true);
  });

  test('have pods that Pod Security takes as restricted, without a token', () => {
    for (const { pod } of pods) {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod).not.toHaveProperty('hostNetwork');
      for (const volume of pod.volumes ?? []) expect(volume).not.toHaveProperty('hostPath');
    }
    for (const { securityContext } of containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
  });

  test('ask for CPU and memory, and bound the memory', () => {
    for (const { name: container, resources } of containers) {
      expect(resources.requests, container).toMatchObject({
        cpu: expect.anything(),
        memory: expect.anything(),
      });
      expect(resources.limits, container).toMatchObject({ memory: expect.anything() });
    }
  });

  test('have images with a version', () => {
    for (const { image } of containers) {
      expect(image).toMatch(/(:[\w.-]+|@sha256:[0-9a-f]{64})$/);
      expect(image).not.toMatch(/:latest$/);
    }
  });

  test('have probes, and time to stop', () => {
    for (const deployment of deployments) {
      const [pod] = podOf(deployment) as [PodSpec];
      const [container] = pod.containers as [Container];
      expect(
        container.startupProbe && container.readinessProbe && container.livenessProbe,
      ).toBeTruthy();
      const preStop = container.lifecycle?.preStop.sleep.seconds ?? 0;
      const shutdown = Number(env(container, 'SHUTDOWN_MS')) / 1000;
      expect(pod.terminationGracePeriodSeconds).toBe(preStop + shutdown + 5);
    }
  });

  test('have a disruption budget for every Deployment', () => {
    const budgets = all.filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budgets.map(componentOf).toSorted()).toEqual(componentsOf(name));
  });

  test('select pods by labels that pods have and no upgrade changes', () => {
    for (const { spec } of all.filter(({ kind }) => /^(Deployment|StatefulSet)$/.test(kind))) {
      const { selector, template } = spec as Workload;
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      expect(Object.keys(selector.matchLabels).toSorted()).toEqual([
        COMPONENT,
        'app.kubernetes.io/instance',
        'app.kubernetes.io/name',
      ]);
    }
  });

  test('leave replicas to whoever scales', () => {
    const scaled = all
      .filter(({ kind }) => /^(ScaledObject|HorizontalPodAutoscaler)$/.test(kind))
      .map((one) => (one.spec as { scaleTargetRef: { name: string } }).scaleTargetRef.name);
    for (const { metadata, spec } of deployments)
      expect((spec as Workload).replicas === undefined).toBe(scaled.includes(metadata.name));
  });

  test('make room for a device before it is asked for again', () => {
    for (const { spec } of deployments) {
      const { strategy, template } = spec as Workload;
      const limits = Object.keys(template.spec.containers[0]?.resources.limits ?? {});
      if (limits.some((limit) => limit.startsWith('nvidia.com/')))
        expect(strategy?.rollingUpdate?.maxSurge).toBe(0);
    }
  });

  test('have a network policy for every pod, unless values want none', () => {
    const policies = all.filter(({ kind }) => kind === 'NetworkPolicy').map(componentOf);
    const components = all.filter((one) => podOf(one).length > 0).map(componentOf);
    expect(new Set(policies)).toEqual(new Set(name === 'laptop' ? [] : components));
  });
});

interface Rule {
  readonly ports: readonly { readonly port: number }[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}
interface Peer {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
}
interface Policy {
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

describe.skipIf(helm === undefined)('network policies', () => {
  const all = helm === undefined ? [] : parse(rendered('full'));
  const policies = all
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((one) => [componentOf(one) ?? '', one.spec as Policy] as const);
  const peers = (rules: readonly Rule[], port: number): string[] =>
    rules
      .filter(({ ports }) => ports.some((one) => one.port === port))
      .flatMap(({ from, to }) => from ?? to ?? [])
      .map(({ podSelector }) => podSelector?.matchLabels[COMPONENT] ?? 'others');
  const let_in = (component: string, port: number): string[] =>
    policies.flatMap(([name, { ingress }]) => (name === component ? peers(ingress, port) : []));
  const reaches = (port: number): string[] =>
    policies
      .filter(([, { egress }]) => egress.some(({ ports }) => ports.some((p) => p.port === port)))
      .map(([name]) => name)
      .toSorted();

  test('let the gateway alone reach the database', () => {
    expect(let_in('postgresql', 5432)).toEqual(['gateway']);
    expect(reaches(5432)).toEqual(['gateway']);
  });

  test('let its callers alone reach inference', () => {
    const callers = ['augmentation', 'evaluation', 'gateway'];
    expect(let_in('inference', 50051).toSorted()).toEqual(callers);
    expect(reaches(50051)).toEqual(callers);
  });

  test('let no one but workers, the gateway and KEDA reach Redis', () => {
    expect(reaches(6379)).toEqual(['augmentation', 'evaluation', 'gateway', 'training']);
    expect(let_in('redis', 6379).toSorted()).toEqual([
      'augmentation',
      'evaluation',
      'gateway',
      'others',
      'training',
    ]);
  });

  test('let nobody out who has nowhere to go', () => {
    const outside = parse(rendered('laptop')).length;
    expect(outside).toBeGreaterThan(0);
    const plain = renderWith({}).filter(({ kind }) => kind === 'NetworkPolicy');
    for (const one of plain)
      for (const { to } of (one.spec as Policy).egress) expect(to, one.metadata.name).toBeDefined();
  });
});

describe.skipIf(helm === undefined)('autoscaling', () => {
  const queuesOf = (component: string): string[] => {
    const autoscaling = { mode: 'keda', minReplicas: 0 };
    const [object] = renderWith({ [component]: { autoscaling } }).filter(
      ({ kind }) => kind === 'ScaledObject',
    );
    expect(object).toBeDefined();
    const { triggers } = (object as Manifest).spec as {
      triggers: { metadata: { listName: string } }[];
    };
    return triggers.map(({ metadata }) => metadata.listName);
  };
  /** As the module of the service registers them. */
  const registered = (service: string): string[] => {
    const path = join(projectRoot, `services/${service}/${service}.module.ts`);
    const [, handlers = ''] =
      /WorkersModule\.register\(\{([^}]*)\}/.exec(readFileSync(path, 'utf8')) ?? [];
    return [...handlers.matchAll(/'?([\w-]+)'?:/g)].map(([, queue = '']) => queue);
  };

  test.each<[Json, Json]>([
    [
      { host: 'queues', sentinels: ['a:1', 'b:2'], existingSecret: 's', sentinelPasswordKey: 'k' },
      { type: 'redis-sentinel', addresses: 'a:1,b:2', sentinelMaster: 'queues' },
    ],
    [
      { host: 'queues', cluster: true },
      { type: 'redis-cluster', addresses: 'queues:6379' },
    ],
    [
      { host: 'queues', database: 2 },
      { type: 'redis', address: 'queues:6379', databaseIndex: '2' },
    ],
  ])('finds the queues of a Redis elsewhere: %j', (external, { type, ...expected }) => {
    const objects = renderWith({
      queuePrefix: '{lethe}',
      redis: { type: 'external', external },
      training: { autoscaling: { mode: 'keda' } },
    });
    const [object] = objects.filter(({ kind }) => kind === 'ScaledObject');
    const { triggers } = (object as Manifest).spec as {
      triggers: { type: string; metadata: Json }[];
    };
    for (const one of triggers) {
      expect(one).toMatchObject({ type, metadata: expected });
      expect(one.metadata.listName).toMatch(/^\{lethe\}:train:/);
    }
    const said = objects.find(({ kind }) => kind === 'TriggerAuthentication')?.spec;
    if (external.sentinelPasswordKey)
      expect(JSON.stringify(said)).toContain('"parameter":"sentinelPassword"');
  });

  test("finds the release's own Redis from another namespace, where KEDA is", () => {
    const objects = renderWith({ training: { autoscaling: { mode: 'keda' } } });
    const [object] = objects.filter(({ kind }) => kind === 'ScaledObject');
    const { triggers } = (object as Manifest).spec as { triggers: { metadata: Json }[] };
    for (const { metadata } of triggers)
      expect(metadata.address).toBe('lethe-redis.default.svc:6379');
  });

  test.each(['augmentation', 'training', 'evaluation'])(
    'of %s looks at each of its queues',
    (service) => {
      const queues = registered(service);
      expect(queues.length).toBeGreaterThan(0);
      for (const queue of queues) expect(catalog).toHaveProperty(queue);
      const lists = queues.flatMap((queue) =>
        ['wait', 'prioritized', 'active', 'delayed'].map((state) => `lethe:${queue}:${state}`),
      );
      expect(queuesOf(service).toSorted()).toEqual(lists.toSorted());
    },
  );
});
