// The tasks that there are, by the names that a job's payload gives them.

import type { TaskName } from '#contracts/tasks.js';
import type { Task } from './task.js';
import { unlearning } from './unlearning.js';

export const tasks: Readonly<Record<TaskName, Task>> = { unlearning };
