// The teacher a job asks for, as far as this process has it.
import { Inject, Injectable } from '@nestjs/common';
import type { TeacherName } from '#contracts/teachers.js';
import { ChatClient } from '#platform/endpoint/chat-client.js';
import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import type { Teacher } from './augment/teacher.js';
import { ENV, type Env } from './env.js';
import { OpenAiTeacher } from './openai/openai-teacher.js';
import type { ReplyStore } from './openai/reply-store.js';
import { RulesTeacher } from './rules/rules-teacher.js';

@Injectable()
export class Teachers {
  /** One for all jobs: its limit of concurrency is the endpoint's. */
  private chat: ChatClient | undefined;

  constructor(@Inject(ENV) private readonly env: Env) {}

  /** @throws MissingSettingError naming the variable that is not set. */
  get(name: TeacherName, replies: ReplyStore): { teacher: Teacher; concurrency: number } {
    switch (name) {
      case 'rules':
        return { teacher: new RulesTeacher(), concurrency: 1 };
      case 'openai':
        this.chat ??= openChat(this.env);
        return {
          teacher: new OpenAiTeacher(this.chat, replies),
          concurrency: this.chat.concurrency,
        };
    }
  }
}

function openChat(env: Env): ChatClient {
  const { TEACHER_URL: url, TEACHER_MODEL: model } = env;
  if (!url)
    throw new MissingSettingError(
      'the teacher "openai" needs TEACHER_URL, which is not set on the augmentation service',
    );
  if (!model)
    throw new MissingSettingError(
      'the teacher "openai" needs TEACHER_MODEL, which is not set on the augmentation service',
    );
  return new ChatClient({
    settings: 'TEACHER',
    url,
    model,
    apiKey: env.TEACHER_KEY,
    concurrency: env.TEACHER_CONCURRENCY,
    timeoutMs: env.TEACHER_TIMEOUT_MS,
    retries: env.TEACHER_RETRIES,
  });
}
