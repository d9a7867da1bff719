// The platform and the tenant that the demo works with: those of an earlier run where there are
// any.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APIError } from 'openai';
import { LetheClient } from '#client/lethe-client.js';
import { writeFileAtomic } from '#supervisor/atomic-file.js';
import type { ClientEnv } from '#supervisor/env.js';
import { freePorts, tryPort } from '#supervisor/free-port.js';
import { layout } from '#supervisor/layout.js';
import { keptSecret } from '#supervisor/secrets.js';
import { runningState } from '#supervisor/state.js';
import { startDetached } from '#supervisor/up.js';
import { patientRetries } from '../../cli/context.js';
import { readCredentials, writeCredentials } from '../../cli/credentials.js';
import { note } from '../../cli/output.js';

/**
 * The model is so small that a second thread costs more than it gives on a busy machine; one also
 * gives the same figures everywhere.
 */
const threads = '1';

/** Models that demos make. */
export const demoModels = ({ home }: ClientEnv): string => join(home, 'demo', 'models');

/** @returns the gateway's address. @throws PlatformError where the platform does not start. */
export async function runningPlatform(env: ClientEnv): Promise<string> {
  const running = runningState(layout(env.home).state);
  if (running) return running.url;
  note('starting Redis and the five services ...');
  const wanted = env.port ?? 8787;
  const port = (await tryPort(wanted)) ?? (await freePorts('gateway')).gateway;
  return startDetached({
    ...env,
    modelDirs: [...env.modelDirs, demoModels(env)],
    port,
    inherited: { ...env.inherited, THREADS: env.inherited.THREADS ?? threads },
  });
}

const tenantName = 'demo';

/** A key is shown once: a tenant whose key is lost is made again. */
export async function demoTenant(
  env: ClientEnv,
  url: string,
): Promise<{ client: LetheClient; keyFile: string }> {
  const paths = layout(env.home);
  const keyFile = join(env.home, 'demo', 'api.key');
  const kept = existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : undefined;
  const tenant = (apiKey: string) => ({
    client: new LetheClient({ url, apiKey, maxRetries: patientRetries }),
    keyFile,
  });
  if (kept && (await works(tenant(kept).client))) return tenant(kept);
  const admin = new LetheClient({ url, apiKey: env.adminKey ?? keptSecret(paths.adminKey) });
  const old = (await admin.tenants()).find(({ name }) => name === tenantName);
  if (old) await admin.deleteTenant(old.id);
  const { api_key: apiKey } = await admin.createTenant(tenantName);
  writeFileAtomic(keyFile, `${apiKey}\n`, 0o600);
  if (!readCredentials(paths.credentials))
    writeCredentials(paths.credentials, { tenant: tenantName, apiKey });
  return tenant(apiKey);
}

async function works(client: LetheClient): Promise<boolean> {
  try {
    await client.openai.files.list({ limit: 1 });
    return true;
  } catch (error) {
    if (error instanceof APIError && error.status === 401) return false;
    throw error;
  }
}
