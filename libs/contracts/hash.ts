// How artifacts are named.

import { z } from 'zod';

export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');
