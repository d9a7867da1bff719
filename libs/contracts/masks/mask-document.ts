// The field `mask` as the API's description shows it.

import { z } from 'zod';
import { masks } from './index.js';

const schemas = Object.entries(masks).map(([name, { summary, options }]) =>
  z.strictObject({ type: z.literal(name), ...options }).describe(summary),
);

export const maskDocument = {
  description: 'Which parameters a step may change; all where absent.',
  ...z.toJSONSchema(z.xor(schemas), { io: 'input' }),
};
