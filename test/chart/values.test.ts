// What the chart says of values that it cannot use.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chartValuesPage, defaults, pagePath } from '../../scripts/chart/page.js';
import { type JsonSchema, schema, schemaPath, schemaText } from '../../scripts/chart/schema.js';
import { type Json, renderWith } from './render.js';
import { helm } from './tools.js';

test('the committed schema and page are current: npm run docs:chart writes them', async () => {
  expect(readFileSync(schemaPath, 'utf8')).toBe(schemaText);
  expect(readFileSync(pagePath, 'utf8')).toBe(await chartValuesPage());
});

/** Kubernetes' own, and settings, of which a service knows its defaults. */
const open = /(\.(settings|labels|behavior|pools)|[rR]esources)$|^gpuProfiles|^models\.fetch/;

function* paths(of: JsonSchema, values: Json, path = ''): Generator<[string, JsonSchema, unknown]> {
  for (const [name, one] of Object.entries(of.properties ?? {})) {
    const key = path ? `${path}.${name}` : name;
    yield [key, one, values[name]];
    if (one.properties && !open.test(key)) yield* paths(one, (values[name] ?? {}) as Json, key);
  }
}

test('each is described and has a default', () => {
  for (const [key, { description }, value] of paths(schema, defaults)) {
    expect(description, key).toMatch(/\.$/);
    expect(value, key).toBeDefined();
  }
});

const says = (values: Json) => () => renderWith(values);

describe.skipIf(helm === undefined)('a value', () => {
  test.each<[Json, RegExp]>([
    [{ gatway: {} }, /additional properties 'gatway' not allowed/],
    [{ gateway: { replica: 2 } }, /at '\/gateway': additional properties 'replica'/],
    [{ training: { settings: { CHECKPOINT_STEP: 1 } } }, /'CHECKPOINT_STEP' not allowed/],
    [{ gateway: { settings: { CHECKPOINT_STEPS: 1 } } }, /'CHECKPOINT_STEPS' not allowed/],
    [{ gateway: { replicas: 'two' } }, /at '\/gateway\/replicas': got string, want integer/],
    [
      { redis: { external: { sentinels: ['a'] } } },
      /at '\/redis\/external\/sentinels\/0': 'a' does not match/,
    ],
    [{ redis: { type: 'sentinel' } }, /at '\/redis\/type': value must be one of/],
    [{ image: { digest: 'latest' } }, /at '\/image\/digest'/],
    [{ inference: { shutdownSeconds: 4000 } }, /at '\/inference\/shutdownSeconds': maximum/],
    [{ gpuProfiles: { a: { gpus: 1 } } }, /at '\/gpuProfiles\/a': additional properties 'gpus'/],
    [
      { models: { fetch: [{ model: 'a', file: 'b', url: 'https://c' }] } },
      /missing property 'sha256'/,
    ],
    [{ inference: { pools: { Large: { models: ['a'] } } } }, /invalid propertyName 'Large'/],
    [{ inference: { pools: { a: { models: [] } } } }, /'\/inference\/pools\/a\/models': minItems/],
    [{ inference: { pools: { a: {} } } }, /at '\/inference\/pools\/a': missing property 'models'/],
    [{ inference: { pools: { a: { models: ['b'], pools: {} } } } }, /'pools' not allowed/],
  ])('is refused by name: %j', (values, message) => {
    expect(says(values)).toThrow(message);
  });
});

const external = { type: 'external', external: { existingSecret: 'database' } };

describe.skipIf(helm === undefined)('values that do not fit together', () => {
  test.each<[Json, string]>([
    [{ gateway: { replicas: 2 } }, 'gateway: the embedded database belongs to one gateway'],
    [{ gateway: { autoscaling: { mode: 'hpa' } } }, 'the embedded database belongs to one gateway'],
    [{ database: { type: 'external' } }, 'database.external.existingSecret: name the Secret'],
    [{ redis: { type: 'external' } }, 'redis.external.host: name the host'],
    [
      { redis: { type: 'external', external: { host: 'a', username: 'b' } } },
      'redis.external.existingSecret: name the Secret',
    ],
    [
      { redis: { type: 'external', external: { host: 'a', sentinelPasswordKey: 'b' } } },
      'redis.external.existingSecret: name the Secret with sentinelPasswordKey',
    ],
    [
      { redis: { type: 'external', external: { host: 'a', cluster: true } } },
      'queuePrefix: a Redis Cluster keeps together what has the same word in braces; set it to "{lethe}"',
    ],
    [
      {
        queuePrefix: '{a}',
        redis: { type: 'external', external: { host: 'a', cluster: true, sentinels: ['b:1'] } },
      },
      'redis.external.sentinels: a Cluster has none',
    ],
    [
      {
        queuePrefix: '{a}',
        redis: { type: 'external', external: { host: 'a', cluster: true, database: 1 } },
      },
      'redis.external.database: a Cluster has no numbered databases',
    ],
    [{ artifacts: { type: 's3' } }, 'artifacts.location: expected s3://bucket/folder'],
    [
      {
        artifacts: { type: 's3', location: 's3://a/b' },
        keys: { type: 's3', location: 's3://a/b/c' },
      },
      'keys.location: neither of artifacts.location and keys.location may lie in the other',
    ],
    [
      { singleNode: false },
      'artifacts.volume.accessModes: pods of several nodes need ReadWriteMany',
    ],
    [{ singleNode: false }, 'keys.volume.accessModes: pods of several nodes need ReadWriteMany'],
    [
      { training: { gpuProfile: 'h100' } },
      'training.gpuProfile: there is no "h100" in gpuProfiles',
    ],
    [
      { image: { digest: `sha256:${'1'.repeat(64)}` }, training: { gpuProfile: 'nvidia' } },
      'gpuProfiles.nvidia.imageDigest: image.digest is another image',
    ],
    [{ training: { replicas: 0 } }, 'training.replicas: with 0 nothing would take its work'],
    [
      { training: { autoscaling: { mode: 'hpa', minReplicas: 0 } } },
      'training.autoscaling.minReplicas: a HorizontalPodAutoscaler cannot bring back the first',
    ],
    [
      { training: { autoscaling: { mode: 'keda', minReplicas: 3, maxReplicas: 2 } } },
      'training.autoscaling: minReplicas 3 is more than maxReplicas 2',
    ],
    [
      { inference: { autoscaling: { mode: 'hpa', minReplicas: 0 } } },
      'inference.autoscaling.minReplicas: a HorizontalPodAutoscaler cannot bring back the first',
    ],
    [{ inference: { autoscaling: { mode: 'keda' } } }, 'monitoring.prometheusUrl: KEDA scales'],
    [
      { inference: { pools: { a: { models: ['m', 'n'] }, b: { models: ['m'] } } } },
      'inference.pools.b.models: "m" is a model of inference.pools.a already',
    ],
    [
      { inference: { pools: { headless: { models: ['m'] } } } },
      'inference.pools.headless: the Service of the usual pool has this name',
    ],
    [
      { inference: { pools: { a: { models: ['m'], gpuProfile: 'h100' } } } },
      'inference.pools.a.gpuProfile: there is no "h100" in gpuProfiles',
    ],
    [
      { inference: { pools: { a: { models: ['m'], replicas: 0 } } } },
      'inference.pools.a.replicas: with 0 nothing would take its work',
    ],
    [
      { inference: { pools: { a: { models: ['m'], autoscaling: { mode: 'keda' } } } } },
      'monitoring.prometheusUrl: KEDA scales inference.pools.a',
    ],
    [{ certificates: { source: 'existing' } }, 'certificates.existingSecrets.gateway: name the'],
    [{ ingress: { enabled: true } }, 'ingress.host: name the host'],
    [{ httpRoute: { enabled: true } }, 'httpRoute.parentRefs: name the Gateway'],
    [{ evaluation: { judge: { url: 'https://a' } } }, 'evaluation.judge.model: name the model'],
    [
      { models: { existingClaim: 'a', image: { reference: 'b' } } },
      'models: give one of existingClaim and image',
    ],
    [
      {
        models: {
          image: { reference: 'b' },
          fetch: [{ model: 'a', file: 'b', url: 'https://c', sha256: 'a'.repeat(64) }],
        },
      },
      'models.fetch: files cannot be fetched into an image',
    ],
  ])('are refused with a sentence: %j', (values, sentence) => {
    expect(says(values)).toThrow(sentence);
  });

  test('are all told at once', () => {
    const problems = { ingress: { enabled: true }, redis: { type: 'external' } };
    expect(says(problems)).toThrow(/ingress\.host[^]*redis\.external\.host/);
  });

  test('fit together again once what was asked for is said', () => {
    expect(renderWith({ database: external, gateway: { replicas: 2 } })).not.toEqual([]);
  });
});
