// deploy/compose.yaml as Compose reads it: merged, checked by name, with values in the place of what is to
// be set.

import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '#supervisor/layout.js';

const words = z.array(z.string());
const variables = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The fields of Compose's specification that are used, each as it has them. */
const service = z.strictObject({
  image: z.string(),
  command: words.optional(),
  entrypoint: words.optional(),
  environment: variables.default({}),
  ports: words.optional(),
  networks: words.optional(),
  network_mode: z.literal('none').optional(),
  volumes: words.default([]),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      }),
    )
    .default({}),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD')], z.string()),
      interval: z.string().optional(),
      timeout: z.string().optional(),
      start_period: z.string().optional(),
    })
    .optional(),
  restart: z.enum(['unless-stopped', 'on-failure']).optional(),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: words.optional(),
  cap_drop: words.optional(),
  security_opt: words.optional(),
});
export type ComposeService = z.infer<typeof service>;

const file = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
});
export type ComposeFile = z.infer<typeof file>;

const path = join(projectRoot, 'deploy/compose.yaml');

/** @param given in the place of `${NAME...}`. @throws where it is not as Compose has it */
export function readComposeFile(given: Readonly<Record<string, string>>): ComposeFile {
  const text = readFileSync(path, 'utf8').replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind: string, rest: string) => {
      const value = given[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${name} is not set: ${rest}`);
      return value;
    },
  );
  const read = merged(load(text)) as Readonly<Record<string, unknown>>;
  return file.parse(
    Object.fromEntries(Object.entries(read).filter(([key]) => !key.startsWith('x-'))),
  );
}

/** `<<` in the place of its fields, of which a mapping's own win. */
function merged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(merged);
  if (typeof value !== 'object' || value === null) return value;
  const { '<<': under, ...own } = value as Readonly<Record<string, unknown>>;
  const fields = Object.fromEntries(Object.entries(own).map(([key, one]) => [key, merged(one)]));
  return under === undefined ? fields : { ...(merged(under) as object), ...fields };
}

/** What the image sets by itself. */
export function imageVariables(): Record<string, string> {
  const dockerfile = readFileSync(join(projectRoot, 'deploy/Dockerfile'), 'utf8');
  const lines = dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')).matchAll(/^ENV (.*)$/gm);
  const pairs = [...lines].flatMap(([, pair = '']) => pair.split(' '));
  return Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]));
}
