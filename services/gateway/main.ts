// Starts the gateway.

import { bootstrapService } from '#platform/bootstrap.js';
import { loadEnv } from '#platform/config/load-env.js';
import { configure, createAdapter } from './app.js';
import { envSchema } from './env.js';
import { GatewayModule } from './gateway.module.js';

const env = loadEnv(envSchema);

await bootstrapService({
  service: 'gateway',
  module: GatewayModule.forRoot(env),
  env,
  api: { port: env.PORT, adapter: createAdapter(env), configure },
});
