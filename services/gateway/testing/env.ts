// What the gateway's tests take from their environment.
import { z } from 'zod';
import { loadEnv } from '#platform/config/load-env.js';

/** TEST_DATABASE_URL: an empty PostgreSQL database, for the tests of several gateways. */
export const gatewayTestEnv = loadEnv(z.object({ TEST_DATABASE_URL: z.string().optional() }));
