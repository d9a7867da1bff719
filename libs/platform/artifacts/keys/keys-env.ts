// The setting that says which root keys wrap the tenants' keys.

import { z } from 'zod';
import { ROOT_KEY } from './open-root-keys.js';

const expected = '"file:<path>", "base64:<32 bytes>" or "aws-kms:<key>", separated by commas';

export const keysEnv = {
  ROOT_KEYS: z
    .string()
    .transform((value) => value.split(',').map((name) => name.trim()))
    .refine((names) => names.every((name) => ROOT_KEY.test(name)), `expected ${expected}`)
    .meta({ expected })
    .default(['file:.lethe/root.key'])
    .describe(
      'The root key that the keys of tenants are kept under; during a rotation also earlier ones, after the new one. Without it nothing that is stored can be read.',
    ),
};
