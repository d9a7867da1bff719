// What clients may note on what they make: a few pairs of text.

import { z } from 'zod';
import { storableText } from './text.js';

/** OpenAI's limits. */
const [PAIRS, KEY, VALUE] = [16, 64, 512];

export const metadataSchema = z
  .record(
    storableText.max(KEY, `must be at most ${KEY} characters`),
    storableText.max(VALUE, `must be at most ${VALUE} characters`),
  )
  .refine((pairs) => Object.keys(pairs).length <= PAIRS, `must have at most ${PAIRS} pairs`);
