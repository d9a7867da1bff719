// Every object's pictogram: shapes, each over those before it.

import type { ObjectName } from '../objects.js';
import type { Shape } from '../shapes.js';
import { beach } from './beach.js';
import { kitchen } from './kitchen.js';
import { office } from './office.js';
import { street } from './street.js';

export const pictograms: Readonly<Record<ObjectName, readonly Shape[]>> = {
  ...kitchen,
  ...street,
  ...beach,
  ...office,
};
