import { expect, test } from 'vitest';
import { loadEnv } from '#platform/config/load-env.js';
import { identities } from '#testing/identities.js';
import { envSchema } from '../env.js';
import { Teachers } from './teachers.js';

test('a teacher is opened once for all jobs, as the settings have it', () => {
  const teachers = new Teachers(
    loadEnv(envSchema, {
      ...identities.augmentation,
      TEACHER_URL: 'http://localhost:1/v1',
      TEACHER_MODEL: 'm',
      TEACHER_CONCURRENCY: '3',
    }),
  );
  expect(teachers.get('openai')).toBe(teachers.get('openai'));
  expect(teachers.offered).toEqual(['rules', 'openai']);
  expect(new Teachers(loadEnv(envSchema, identities.augmentation)).offered).toEqual(['rules']);
  expect(teachers.get('openai').concurrency).toBe(3);
  expect(teachers.get('rules').concurrency).toBe(1);
});
