// Kinds of values that occur in several places of the chart.

import { z } from 'zod';

export const text = (description: string) => z.string().describe(description);
export const flag = (description: string) => z.boolean().describe(description);
export const count = (description: string, min = 0) =>
  z.number().int().min(min).describe(description);
export const choice = <const C extends readonly string[]>(names: C, description: string) =>
  z.enum(names).describe(description);

/** What Kubernetes defines itself, and checks itself. */
export const free = (description: string) =>
  z.record(z.string(), z.unknown()).describe(description);
export const freeList = (description: string) =>
  z.array(z.record(z.string(), z.unknown())).describe(description);
export const texts = (description: string) =>
  z.record(z.string(), z.string()).describe(description);

/** A value may be left out of a file of values: the chart's own stands in its place. */
export const group = <S extends z.ZodRawShape>(description: string, shape: S) =>
  z.strictObject(shape).partial().describe(description);

/** Of a container, as Kubernetes has them; a memory limit is what a service plans by. */
export const resources = z
  .strictObject({
    requests: z.record(z.string(), z.union([z.string(), z.number()])),
    limits: z.looseObject({ memory: z.string() }),
  })
  .describe('CPU and memory as Kubernetes has them; `limits.memory` is needed.');

export const image = (of: string) =>
  group(`Image of ${of}.`, {
    registry: text('Registry; `global.imageRegistry` takes its place.'),
    repository: text('Name within the registry.'),
    tag: text('Tag.'),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/)
      .describe('Digest (`sha256:...`); wins over the tag.'),
    pullPolicy: choice(['Always', 'IfNotPresent', 'Never'], 'When the image is pulled.'),
  });

const claimed = {
  existingClaim: text('A claim that is there; empty: the release makes one, which outlives it.'),
  size: text('Size of the claim that the release makes.'),
  storageClass: text("Its storage class; empty: the cluster's default."),
};
export const volume = (of: string) => group(`Volume of ${of}.`, claimed);
export const sharedVolume = (of: string) =>
  group(`Volume of ${of}.`, {
    ...claimed,
    accessModes: z
      .array(z.enum(['ReadWriteOnce', 'ReadWriteMany', 'ReadWriteOncePod']))
      .describe('How it may be mounted; several nodes need `ReadWriteMany`.'),
  });

/** A destination outside the release, or any address where none is named. */
export const destination = (of: string, port: boolean) =>
  group(`Where ${of} may be.`, {
    ...(port ? { port: count('Its port.', 1) } : {}),
    to: freeList('Peers of a NetworkPolicy; none: any address, at that port alone.'),
  });
