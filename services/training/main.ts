// The training service: a queue worker with health and metrics over HTTP.

import { bootstrapService } from '#platform/bootstrap.js';
import { loadEnv } from '#platform/config/load-env.js';
import { checkDevice } from '#runtime/device-check.js';
import { removeDeadRunFolders } from '#training/run-folder.js';
import { envSchema } from './env.js';
import { TrainingModule } from './training.module.js';

const env = loadEnv(envSchema);
await removeDeadRunFolders();
if (env.DEVICE !== 'cpu')
  await checkDevice(env.DEVICE, env.PRECISION === 'float16' ? 'float16' : 'float32');
await bootstrapService({
  service: 'training',
  module: TrainingModule.forRoot(env),
  env,
});
