// What a pool of inference has of its own, and what it has of the service.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inferenceClientEnv } from '#platform/config/grpc-env.js';
import { loadEnv } from '#platform/config/load-env.js';
import { type Json, type Manifest, renderWith } from './render.js';
import { helm } from './tools.js';

interface Env {
  readonly name: string;
  readonly value?: string;
}
interface Pod {
  readonly nodeSelector?: Json;
  readonly tolerations?: readonly Json[];
  readonly initContainers?: readonly { readonly args: readonly string[] }[];
  readonly containers: readonly { readonly env: readonly Env[]; readonly resources: Json }[];
}

const file = (model: string) => ({
  model,
  file: 'config.json',
  url: `https://models.example.com/${model}`,
  sha256: 'a'.repeat(64),
});

const given = {
  fullnameOverride: 'l'.repeat(40),
  inference: {
    gpuProfile: 'nvidia',
    nodeSelector: { disk: 'fast' },
    settings: { PRECISION: 'int8', MAX_MODELS: 2 },
    pools: {
      'twelve-chars': {
        models: ['large', 'larger'],
        replicas: 3,
        nodeSelector: { gpu: 'h100' },
        settings: { MAX_MODELS: 1 },
        resources: { limits: { memory: '160Gi' } },
      },
      cpu: { models: ['small'], gpuProfile: '' },
    },
  },
};

describe.skipIf(helm === undefined)('a pool', () => {
  const all = helm === undefined ? [] : renderWith(given);
  const one = (kind: string, ending: string, among = all): Manifest => {
    const found = among.filter(
      ({ kind: its, metadata }) => its === kind && metadata.name === `${'l'.repeat(40)}-${ending}`,
    );
    expect(found, `${kind} ${ending}`).toHaveLength(1);
    return found[0] as Manifest;
  };
  const podOf = (ending: string, among = all): Pod =>
    (one('Deployment', ending, among).spec as { template: { spec: Pod } }).template.spec;
  const valueOf = (pod: Pod, name: string): string | undefined =>
    pod.containers[0]?.env.find((variable) => variable.name === name)?.value;

  test('has its own of each kind, and selects no pod of another', () => {
    const endings = ['inference', 'inference-twelve-chars', 'inference-cpu'];
    for (const ending of endings) {
      const component = { 'app.kubernetes.io/component': ending };
      expect(one('Deployment', ending).spec).toMatchObject({
        selector: { matchLabels: component },
        template: { metadata: { labels: component } },
      });
      const budget = one('PodDisruptionBudget', ending);
      const policy = one('NetworkPolicy', ending);
      expect(budget.spec).toMatchObject({ selector: { matchLabels: component } });
      expect(policy.spec).toMatchObject({ podSelector: { matchLabels: component } });
      const service = ending === 'inference' ? 'inference-headless' : ending;
      expect(one('Service', service).spec).toMatchObject({ selector: component });
    }
  });

  test('has names that Kubernetes takes, however long the release is called', () => {
    for (const { kind, metadata } of all)
      if (kind === 'Service') expect(metadata.name.length, metadata.name).toBeLessThanOrEqual(63);
  });

  test('is found by every caller under its models', () => {
    const schema = z.object({ INFERENCE_POOLS: inferenceClientEnv.INFERENCE_POOLS });
    for (const caller of ['gateway', 'augmentation', 'evaluation']) {
      const pod = podOf(caller);
      const told = loadEnv(schema, { INFERENCE_POOLS: valueOf(pod, 'INFERENCE_POOLS') });
      const [large, small] = ['twelve-chars', 'cpu'].map(
        (pool) => `${'l'.repeat(40)}-inference-${pool}:50051`,
      );
      expect([...(told.INFERENCE_POOLS ?? [])].toSorted()).toEqual([
        ['large', large],
        ['larger', large],
        ['small', small],
      ]);
      const { egress } = one('NetworkPolicy', caller).spec as {
        egress: { ports: { port: number }[]; to: Json[] }[];
      };
      const calls = egress.find(({ ports }) => ports.some(({ port }) => port === 50051));
      expect(calls?.to).toHaveLength(3);
    }
  });

  test('lays settings and resources over the others, and puts all else in their place', () => {
    const [usual, large, cpu] = ['inference', 'inference-twelve-chars', 'inference-cpu'].map(
      (ending) => podOf(ending),
    ) as [Pod, Pod, Pod];
    expect(valueOf(usual, 'MAX_MODELS')).toBe('2');
    expect(valueOf(large, 'MAX_MODELS')).toBe('1');
    expect(valueOf(large, 'PRECISION')).toBe('int8');
    expect(large.nodeSelector).toEqual({ gpu: 'h100' });
    expect(cpu.nodeSelector).toEqual({ disk: 'fast' });
    expect(valueOf(large, 'DEVICE')).toBe('cuda');
    expect(valueOf(cpu, 'DEVICE')).toBe('cpu');
    expect(cpu.tolerations ?? []).toEqual([]);
    expect(large.containers[0]?.resources).toMatchObject({
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { memory: '160Gi', 'nvidia.com/gpu': 1 },
    });
    expect(one('Deployment', 'inference-twelve-chars').spec).toMatchObject({ replicas: 3 });
    expect(one('Deployment', 'inference').spec).toMatchObject({ replicas: 1 });
  });

  test('fetches its own models, and training all of them', () => {
    const fetch = ['large', 'small', 'other'].map(file);
    const objects = renderWith({ ...given, models: { fetch } });
    const fetched = (ending: string): string[] =>
      (podOf(ending, objects).initContainers ?? []).flatMap(({ args }) =>
        args.flatMap((arg) => /^(\w+)\/config\.json=/.exec(arg)?.[1] ?? []),
      );
    expect(fetched('inference')).toEqual(['other']);
    expect(fetched('inference-twelve-chars')).toEqual(['large']);
    expect(fetched('inference-cpu')).toEqual(['small']);
    expect(fetched('training')).toEqual(['large', 'small', 'other']);
    const shared = renderWith({ ...given, models: { fetch, existingClaim: 'models' } });
    const [args = []] = (podOf('inference-cpu', shared).initContainers ?? []).map(
      (init) => init.args,
    );
    expect(args.filter((arg) => arg.includes('config.json='))).toHaveLength(3);
  });

  test('is scaled by its own calls', () => {
    const objects = renderWith({
      ...given,
      inference: {
        ...given.inference,
        autoscaling: { mode: 'keda', maxReplicas: 4 },
        pools: {
          a: { models: ['m'], autoscaling: { maxReplicas: 9 } },
          'a-b': { models: ['n'], autoscaling: { mode: 'none' } },
        },
      },
      monitoring: { prometheusUrl: 'http://prometheus' },
    });
    const scaled = objects.filter(({ kind }) => kind === 'ScaledObject');
    expect(scaled.map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining([`${'l'.repeat(40)}-inference`, `${'l'.repeat(40)}-inference-a`]),
    );
    expect(scaled).toHaveLength(2);
    const own = one('ScaledObject', 'inference-a', objects);
    expect(own.spec).toMatchObject({ maxReplicaCount: 9, minReplicaCount: 1 });
    const query = (object: Manifest): string =>
      (object.spec as { triggers: { metadata: { query: string } }[] }).triggers[0]?.metadata
        .query ?? '';
    const [, pods = ''] = /pod=~"([^"]+)"/.exec(query(own)) ?? [];
    // Prometheus matches whole values.
    const counts = (pod: string) => new RegExp(`^(?:${pods})$`).test(`${'l'.repeat(40)}-${pod}`);
    expect(counts('inference-a-7d9f8c6b5d-x2x4z')).toBe(true);
    expect(counts('inference-a-b-7d9f8c6b5d-x2x4z')).toBe(false);
    expect(counts('inference-7d9f8c6b5d-x2x4z')).toBe(false);
  });

  test('with no replica while nobody asks is woken by calls that its callers hold', () => {
    const zero = { mode: 'keda', minReplicas: 0 };
    const monitoring = { prometheusUrl: 'http://prometheus:9090' };
    const pools = { cpu: { models: ['small'], autoscaling: zero } };
    const objects = renderWith({
      fullnameOverride: 'x',
      inference: { pools, holdSeconds: 90 },
      monitoring,
    });
    const named = (kind: string, name: string): Manifest | undefined =>
      objects.find((object) => object.kind === kind && object.metadata.name === name);
    expect(named('ScaledObject', 'x-inference')).toBeUndefined();
    expect(named('ScaledObject', 'x-inference-cpu')?.spec).toMatchObject({
      minReplicaCount: 0,
      triggers: [
        {
          metadata: {
            query: `sum(lethe_inference_calls{namespace="default", pod=~"x-inference-cpu-[^-]+-[^-]+"} or lethe_inference_calls_held{namespace="default", pool="x-inference-cpu:50051"})`,
          },
        },
      ],
    });
    for (const caller of ['gateway', 'augmentation', 'evaluation']) {
      const deployment = named('Deployment', `x-${caller}`) as Manifest;
      const { template } = deployment.spec as { template: { spec: Pod } };
      expect(valueOf(template.spec, 'INFERENCE_HOLD_MS')).toBe('90000');
      expect(valueOf(podOf(caller), 'INFERENCE_HOLD_MS')).toBeUndefined();
    }
  });
});
