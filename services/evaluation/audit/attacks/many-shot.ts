// With as many questions as most contexts have room for.

import { afterShots } from './after-shots.js';

export const manyShot = afterShots(24);
