import { z } from 'zod';

/** Lower and upper bound, at 95 %. */
export const intervalSchema = z.tuple([z.number(), z.number()]);
