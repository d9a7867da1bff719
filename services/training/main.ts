// The training service: a queue worker with health and metrics over HTTP.
import { bootstrapService } from '#platform/bootstrap.js';
import { loadEnv } from '#platform/config/load-env.js';
import { envSchema } from './env.js';
import { TrainingModule } from './training.module.js';

const env = loadEnv(envSchema);
await bootstrapService({ service: 'training', module: TrainingModule.forRoot(env), env, port: env.HTTP_PORT, host: env.HOST });
