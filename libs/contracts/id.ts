import { z } from 'zod';

/** Of tenants, files and jobs: fits in a key of a queue, of a store and in a path. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,80}$/, 'must be an identifier without ":"');
