// Opens the teacher `openai`: it needs TEACHER_URL and TEACHER_MODEL.

import { ChatClient } from '#platform/endpoint/chat-client.js';
import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { OpenAiParaphraser } from '../openai/openai-paraphraser.js';
import { OpenAiTeacher } from '../openai/openai-teacher.js';
import { RememberedChat } from '../openai/remembered-chat.js';
import type { TeacherOpener } from './open-teacher.js';

/** One client for all jobs: its limit of concurrency is the endpoint's. */
export const openai: TeacherOpener = (env) => {
  const chat = new ChatClient({
    settings: 'TEACHER',
    url: needed('TEACHER_URL', env.TEACHER_URL),
    model: needed('TEACHER_MODEL', env.TEACHER_MODEL),
    apiKey: env.TEACHER_KEY,
    concurrency: env.TEACHER_CONCURRENCY,
    timeoutMs: env.TEACHER_TIMEOUT_MS,
    retries: env.TEACHER_RETRIES,
  });
  return {
    concurrency: chat.concurrency,
    forJob: (replies) => new OpenAiTeacher(new RememberedChat(chat, replies)),
    paraphraser: (replies) => new OpenAiParaphraser(new RememberedChat(chat, replies)),
  };
};

function needed(name: string, value: string | undefined): string {
  if (value) return value;
  throw new MissingSettingError(
    `the teacher "openai" needs ${name}, which is not set on the augmentation service`,
  );
}
