// The teachers that there are, by the names that a request gives them.

import type { TeacherName } from '#contracts/teachers.js';
import type { TeacherOpener } from './open-teacher.js';
import { openai } from './openai.js';
import { rules } from './rules.js';

export const teachers: Readonly<Record<TeacherName, TeacherOpener>> = { rules, openai };
