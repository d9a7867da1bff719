// The teachers that this worker's settings allow, opened when first asked for and kept.

import { Inject, Injectable } from '@nestjs/common';
import { type TeacherName, teachers as teacherNames } from '#contracts/teachers.js';
import { openable } from '#platform/queue/offers.js';
import { ENV, type Env } from '../env.js';
import { teachers } from './index.js';
import type { OpenTeacher } from './open-teacher.js';

@Injectable()
export class Teachers {
  private readonly opened = new Map<TeacherName, OpenTeacher>();

  constructor(@Inject(ENV) private readonly env: Env) {}

  /** Those that this worker's settings allow. */
  get offered(): TeacherName[] {
    return openable(teacherNames, (name) => this.get(name));
  }

  /** @throws MissingSettingError naming the variable that is not set. */
  get(name: TeacherName): OpenTeacher {
    const known = this.opened.get(name);
    if (known) return known;
    const teacher = teachers[name](this.env);
    this.opened.set(name, teacher);
    return teacher;
  }
}
