// The training service: a queue worker with health and metrics over HTTP. It loads its threads' vector.js
// itself: where that lacks a file the worker does not start, in place of failing each job.

import { bootstrapService } from '#platform/bootstrap.js';
import { loadEnv } from '#platform/config/load-env.js';
import { checkDevice } from '#runtime/device-check.js';
import '#training/optimizer/vector.js';
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
