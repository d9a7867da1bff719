// What of OpenTelemetry a process loads: its SDK where traces go somewhere, and nothing else.

import { execa } from 'execa';
import { expect, test } from 'vitest';

const script = `
  import { createRequire } from 'node:module';
  import { loadEnv } from '#platform/config/load-env.js';
  import { platformEnvSchema } from '#platform/config/platform-env.js';
  import { createLogger } from '#platform/log/logger.js';
  import { startTracing } from '#platform/telemetry/tracing/tracing.js';
  import '#platform/bootstrap.js';
  const log = createLogger({ service: 'test', level: 'silent' });
  await startTracing('test', loadEnv(platformEnvSchema), log);
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  console.log(loaded.filter((file) => /@opentelemetry.(sdk|otlp|exporter)/.test(file)).length);
  process.exit();`;

/** Files of the SDK that a process has loaded. */
async function loadedWith(env: Record<string, string>): Promise<number> {
  const flags = ['--input-type=module', '--eval', script];
  const { stdout } = await execa(process.execPath, flags, { env, cwd: process.cwd() });
  return Number(stdout);
}

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };

test('nothing is loaded without a collector, or where traces are switched off', async () => {
  expect(await loadedWith({})).toBe(0);
  expect(await loadedWith({ ...collector, OTEL_SDK_DISABLED: 'true' })).toBe(0);
  expect(await loadedWith({ ...collector, OTEL_TRACES_EXPORTER: 'none' })).toBe(0);
  expect(await loadedWith(collector)).toBeGreaterThan(10);
});

test('a variable that does not fit is named', async () => {
  const loading = loadedWith({ ...collector, OTEL_TRACES_SAMPLER: 'sometimes' });
  await expect(loading).rejects.toThrow(/OTEL_TRACES_SAMPLER="sometimes"/);
});
