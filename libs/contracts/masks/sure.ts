// SURE (arXiv 2410.16454), a baseline of ReLearn's.

import { z } from 'zod';
import { defineMask } from './mask.js';

export const sure = defineMask({
  summary:
    'rows ("neurons") of all matrices whose forget gradient\'s norm reaches this percentile of all rows (arXiv 2410.16454)',
  options: { percentile: z.number().min(0).max(100).default(99) },
  comparesSets: false,
});
