// MemFlex (arXiv 2407.01920), a baseline of ReLearn's.

import { z } from 'zod';
import { defineMask } from './mask.js';

export const memflex = defineMask({
  summary:
    'tensors whose forget and retain gradients point apart, cosine below max_cosine, and whose mean absolute forget gradient exceeds min_gradient (arXiv 2407.01920)',
  options: {
    max_cosine: z.number().min(-1).max(1).default(0.92),
    min_gradient: z.number().min(0).max(1e6).default(6e-4),
  },
  comparesSets: true,
});
