// deploy/compose.yaml without Docker: is it what Compose takes, and does it fit the services?

import { execa } from 'execa';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { z } from 'zod';
import { loadEnv } from '#platform/config/load-env.js';
import { projectRoot } from '#supervisor/layout.js';
import { envSchema as augmentation } from '../../services/augmentation/env.js';
import { envSchema as evaluation } from '../../services/evaluation/env.js';
import { envSchema as gateway } from '../../services/gateway/env.js';
import { envSchema as inference } from '../../services/inference/env.js';
import { envSchema as training } from '../../services/training/env.js';
import { type ComposeService, imageVariables, readComposeFile } from './compose-file.js';

const given = {
  ADMIN_KEY: 'a'.repeat(48),
  POSTGRES_PASSWORD: 'b'.repeat(48),
  S3_SECRET_KEY: 'c'.repeat(48),
};
const { services, networks, volumes } = readComposeFile(given);
const schemas: Readonly<Record<string, z.ZodObject>> = {
  augmentation,
  evaluation,
  gateway,
  inference,
  training,
};

const of = (name: string): ComposeService => {
  const service = services[name];
  if (!service) throw new Error(`expected a service ${name}`);
  return service;
};
const networksOf = ({ networks: its = [] }: ComposeService): readonly string[] => its;

test.each(Object.keys(given))('it does not start without %s', (name) => {
  expect(() => readComposeFile({ ...given, [name]: undefined as never })).toThrow(
    `${name} is not set`,
  );
});

describe.each(Object.entries(schemas))('%s', (name, schema) => {
  const { environment, command } = of(name);

  test('is what its container runs', () => {
    expect(command).toEqual([name]);
  });

  test('is told nothing that it does not know', () => {
    const unknown = Object.keys(environment).filter(
      (variable) => !(variable in schema.shape) && !/^(AWS|REDIS|INFERENCE)_/.test(variable),
    );
    expect(unknown).toEqual([]);
  });

  test('has all that it needs', () => {
    const all = { ...imageVariables(), ...environment };
    const told = Object.fromEntries(Object.entries(all).map(([key, one]) => [key, String(one)]));
    expect(loadEnv(schema, told)).toMatchObject({
      HOST: '0.0.0.0',
      HTTP_PORT: 8080,
      MODEL_DIRS: ['/app/models', '/models'],
    });
  });
});

describe.each(Object.entries(services))('%s', (name, service) => {
  test('waits for services that there are', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on)) {
      expect(services, other).toHaveProperty(other);
      if (condition === 'service_healthy') expect(of(other).healthcheck, other).toBeDefined();
    }
  });

  test('has networks and volumes that there are', () => {
    for (const network of networksOf(service)) expect(networks).toHaveProperty(network);
    for (const volume of service.volumes) {
      const [source = ''] = volume.split(':');
      if (!source.startsWith('.')) expect(volumes).toHaveProperty(source);
    }
  });

  test('shares a network with whoever it calls', () => {
    const hosts = Object.values(service.environment).flatMap(
      (value) => /^(?:\w+:\/\/(?:[^@/]*@)?)?([a-z][\w-]*):\d+/.exec(String(value))?.[1] ?? [],
    );
    for (const host of hosts) {
      const shared = networksOf(of(host)).filter((one) => networksOf(service).includes(one));
      expect(shared, `${name} and ${host}`).not.toEqual([]);
    }
  });
});

test('no service but the gateway is published, and on this machine alone', () => {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => `${name} ${port}`),
  );
  expect(published).toEqual(['gateway 127.0.0.1:8787:8787']);
});

test('the keys that services name are those that are made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-compose-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [program, ...args] = of('keys').command ?? [];
  expect(program).toBe('lethe');
  const main = join(projectRoot, 'dist/cli/main.js');
  const inFolder = args.map((arg) => (arg === '/data' ? folder : arg));
  await execa(process.execPath, [main, ...inFolder], { env: { LETHE_HOME: folder } });
  const named = Object.values(services).flatMap(({ environment }) =>
    Object.values(environment).flatMap((value) => /\/keys\/(.+)$/.exec(String(value))?.[1] ?? []),
  );
  const files = [...new Set(named)];
  expect(files.length).toBeGreaterThan(8);
  expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
});
