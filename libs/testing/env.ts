// What tests take from their environment.
import { z } from 'zod';
import { loadEnv } from '#platform/config/load-env.js';

export const testEnv = loadEnv(z.object({ REDIS_URL: z.string().optional() }));
