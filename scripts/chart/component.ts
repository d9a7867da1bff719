// Values that every service has.

import { z } from 'zod';
import { inferenceClientEnv } from '#platform/config/grpc-env.js';
import { platformEnv } from '#platform/config/platform-env.js';
import { queueEnv } from '#platform/config/queue-env.js';
import { count, free, freeList, resources, text, texts } from './fields.js';

/** Said by the chart itself, from values of their own. */
const chartsOwn = new Set([
  ...Object.keys(platformEnv),
  ...Object.keys(queueEnv).filter((name) => name !== 'LOCK_MS'),
  ...Object.keys(inferenceClientEnv),
  'PORT',
  'GRPC_PORT',
  'CLAIM_PUBLIC_KEYS',
  'RECEIPT_SIGNING_KEY',
  'ADMIN_KEY',
  'DATA_DIR',
  'DATABASE_URL',
  'MIGRATIONS',
  'DEVICE',
  'MEMORY_LIMIT',
  'TEACHER_URL',
  'TEACHER_KEY',
  'TEACHER_MODEL',
  'JUDGE_LLM_URL',
  'JUDGE_LLM_KEY',
  'JUDGE_LLM_MODEL',
]);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** @param shape of the service's environment. */
const settings = (shape: z.ZodRawShape) =>
  z
    .strictObject(
      Object.fromEntries(
        Object.keys(shape)
          .filter((name) => !chartsOwn.has(name))
          .map((name) => [name, scalar]),
      ),
    )
    .partial()
    .describe('[Settings](settings.md) of the service that have no value of their own here.');

/** @param modes other than none. @param target what a replica is to have, under its name. */
export const scaling = <S extends z.ZodRawShape>(modes: readonly string[], target: S) =>
  z
    .strictObject({
      mode: z
        .enum(['none', ...modes])
        .describe('By whom replicas are counted; `none`: by `replicas`.'),
      minReplicas: count('Fewest replicas; 0 needs `keda`.'),
      maxReplicas: count('Most replicas.', 1),
      ...target,
      behavior: free('`behavior` of the HorizontalPodAutoscaler.'),
    })
    .partial()
    .describe('How the number of replicas follows the work.');

export const kedaTimes = {
  pollingSeconds: count('How often KEDA asks, in s.', 1),
  cooldownSeconds: count('How long nothing must be at hand before the last replica goes, in s.'),
};

/** @param shape of the service's environment. @param own values that it alone has. */
export const component = <S extends z.ZodRawShape>(
  description: string,
  shape: z.ZodRawShape,
  own: S,
) =>
  z
    .strictObject({
      replicas: count('Pods, where nothing scales them.'),
      settings: settings(shape),
      ...own,
      resources,
      shutdownSeconds: z
        .number()
        .int()
        .min(1)
        .max(3600)
        .describe('`SHUTDOWN_MS`, in s; a pod has 5 s and `preStopSeconds` more.'),
      preStopSeconds: count('Between the end of new calls and SIGTERM, in s.'),
      startupSeconds: count('Longest start, in s.', 2),
      maxUnavailable: count('Pods that a drain may take at a time.', 1),
      strategy: free('`strategy` of the Deployment, in place of what fits CPU or device.'),
      annotations: texts('Of the Deployment.'),
      podAnnotations: texts('Of its pods.'),
      podLabels: texts('Of its pods.'),
      nodeSelector: texts('Labels of nodes.'),
      tolerations: freeList('Taints of nodes that are borne.'),
      affinity: free('As Kubernetes has it.'),
      topologySpreadConstraints: freeList('In place of a spread over hosts and zones.'),
      priorityClassName: text("In place of the chart's."),
      runtimeClassName: text("In place of the profile's."),
      extraEnv: freeList('More variables, as Kubernetes has them.'),
      extraEnvFrom: freeList('ConfigMaps and Secrets of variables.'),
      extraVolumes: freeList('More volumes.'),
      extraVolumeMounts: freeList('Where they are mounted.'),
    })
    .partial()
    .describe(description);
