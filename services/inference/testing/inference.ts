// A real inference service for tests: no Redis, certificates of its own, any free port, and a client
// that calls as the gateway does.

import { NestFactory } from '@nestjs/core';
import { join } from 'node:path';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { loadEnv } from '#platform/config/load-env.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { HealthChecks } from '#platform/health/health-checks.js';
import { Metrics } from '#platform/telemetry/metrics.js';
import { gatewayClient, identities } from '#testing/identities.js';
import { testStoreEnv } from '#testing/temp-store.js';
import { envSchema } from '../env.js';
import { InferenceModule } from '../inference.module.js';
import { InferenceServer } from '../inference.server.js';

export interface RunningInference {
  readonly port: number;
  readonly client: InferenceClient;
  readonly keeper: SpaceKeeper;
  readonly store: ArtifactStore;
  readonly metrics: Metrics;
  readonly checks: HealthChecks;
  close(): Promise<void>;
}

/** Redis is not needed to answer, so none is there. @param folder holds models/ and artifacts */
export const inferenceVariables = (
  folder: string,
  extra: Record<string, string> = {},
): Record<string, string> => ({
  MODEL_DIRS: join(folder, 'models'),
  ...testStoreEnv(folder),
  REDIS_URL: 'redis://127.0.0.1:1',
  GRPC_PORT: '0',
  THREADS: '1',
  LOG_LEVEL: 'silent',
  ...identities.inference,
  ...extra,
});

export async function startInference(variables: Record<string, string>): Promise<RunningInference> {
  const app = await NestFactory.createApplicationContext(
    InferenceModule.forRoot(loadEnv(envSchema, variables)),
    { logger: false },
  );
  const { port } = app.get(InferenceServer);
  const client = gatewayClient(port);
  return {
    port,
    client,
    keeper: app.get(SpaceKeeper),
    store: app.get(ArtifactStore),
    metrics: app.get(Metrics),
    checks: app.get(HealthChecks),
    async close() {
      client.close();
      await app.close();
    },
  };
}
