// The augmentation service: a queue worker with health and metrics over HTTP.

import { bootstrapService } from '#platform/bootstrap.js';
import { loadEnv } from '#platform/config/load-env.js';
import { AugmentationModule } from './augmentation.module.js';
import { envSchema } from './env.js';

const env = loadEnv(envSchema);
await bootstrapService({
  service: 'augmentation',
  module: AugmentationModule.forRoot(env),
  env,
});
