// A teacher as this worker's settings open it.

import type { Teacher } from '../augment/teacher.js';
import type { Env } from '../env.js';
import type { Paraphraser } from '../knowledge/paraphraser.js';
import type { ReplyStore } from '../openai/reply-store.js';

export interface OpenTeacher {
  /** Pairs of one job under way at a time. */
  readonly concurrency: number;
  /** @param replies what the teacher has told the job before. */
  forJob(replies: ReplyStore): Teacher;
  /** Of questions about a knowledge base; absent where it knows the built-in wordings alone. */
  paraphraser?(replies: ReplyStore): Paraphraser;
}

/**
 * Called once; what it opens serves all jobs.
 * @throws MissingSettingError naming the variable that is not set.
 */
export type TeacherOpener = (env: Env) => OpenTeacher;
