// Text that can be stored: PostgreSQL takes neither NUL nor half of a surrogate pair.

import { z } from 'zod';

export const isStorable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);

export const storableText = z.string().refine(isStorable, 'must be well-formed text without NUL');
