// How many rows show pictures.

import type { Figures, SetMetric } from './metric.js';

export const images: SetMetric<'imagesForget' | 'imagesRetain'> = {
  summary: ({ forget, retain }) => ({
    ...counted('imagesForget', forget),
    ...counted('imagesRetain', retain),
  }),
};

function counted(name: 'imagesForget' | 'imagesRetain', rows: readonly Figures[]): object {
  const count = rows.filter((row) => row.images !== undefined).length;
  return count > 0 ? { [name]: count } : {};
}
