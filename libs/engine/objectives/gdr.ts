// Gradient descent on the retain set: keeps what must not be forgotten by learning it on.
import type { Objective } from './side.js';
import { sft } from './sft.js';

export const gdr: Objective = sft;
