// A real inference service for tests: no Redis, certificates of its own, any free port.

import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { join } from 'node:path';
import { loadEnv } from '#platform/config/load-env.js';
import { identities } from '#testing/identities.js';
import { testStoreEnv } from '#testing/temp-store.js';
import { envSchema } from '../env.js';
import { InferenceModule } from '../inference.module.js';

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

export const startInference = (
  variables: Record<string, string>,
): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(InferenceModule.forRoot(loadEnv(envSchema, variables)), {
    logger: false,
  });
