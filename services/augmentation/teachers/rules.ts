// Opens the teacher `rules`, which needs no setting.

import { RulesTeacher } from '../rules/rules-teacher.js';
import type { TeacherOpener } from './open-teacher.js';

export const rules: TeacherOpener = () => ({ concurrency: 1, forJob: () => new RulesTeacher() });
