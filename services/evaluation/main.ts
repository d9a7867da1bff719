// The evaluation service: a queue worker with health and metrics over HTTP.

import { bootstrapService } from '#platform/bootstrap.js';
import { loadEnv } from '#platform/config/load-env.js';
import { envSchema } from './env.js';
import { EvaluationModule } from './evaluation.module.js';

const env = loadEnv(envSchema);
await bootstrapService({
  service: 'evaluation',
  module: EvaluationModule.forRoot(env),
  env,
});
