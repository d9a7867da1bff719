// The inference service: lethe.inference.v1 over gRPC, health and metrics over HTTP.

import { bootstrapService } from '#platform/bootstrap.js';
import { loadEnv } from '#platform/config/load-env.js';
import { checkDevice } from '#runtime/device-check.js';
import { envSchema } from './env.js';
import { InferenceModule } from './inference.module.js';

const env = loadEnv(envSchema);
if (env.DEVICE !== 'cpu') await checkDevice(env.DEVICE);
await bootstrapService({
  service: 'inference',
  module: InferenceModule.forRoot(env),
  env,
});
