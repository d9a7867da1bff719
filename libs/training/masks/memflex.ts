// MemFlex (arXiv 2407.01920): only tensors whose forget gradient is large and points away from the
// retain gradient change.

import { required } from '#collections/required.js';
import { dot, type GradientMask, norm } from './gradient-mask.js';

export const memflex: GradientMask<'memflex'> = {
  apply({ step, forget, retain }, { max_cosine: maxCosine, min_gradient: minGradient }) {
    for (const [name, tensor] of step) {
      const [f, r] = [required(forget, name).data, required(retain, name).data];
      const lengths = norm(f) * norm(r);
      const cosine = lengths === 0 ? 0 : dot(f, r) / lengths;
      const size = f.reduce((sum, value) => sum + Math.abs(value), 0) / f.length;
      if (!(cosine < maxCosine && size > minGradient)) tensor.data.fill(0);
    }
  },
};
