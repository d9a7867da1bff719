import { expect, test } from 'vitest';
import { Course } from './course.js';

const course = (...seen: readonly (readonly [step: number, seconds: number])[]): Course => {
  const made = new Course();
  for (const [step, seconds] of seen) made.see(step, seconds * 1000);
  return made;
};

test('a course without a break takes no step again', () => {
  const { most, again, pause } = course([0, 0], [1, 9], [2, 10], [2, 11], [5, 12]);
  expect({ most, again, pause }).toEqual({ most: 5, again: 0, pause: 2 });
});

test('steps that are taken again are counted, and the pause before them', () => {
  const { most, again, pause } = course([16, 0], [17, 1], [17, 8], [3, 11], [4, 12]);
  expect({ most, again, pause }).toEqual({ most: 17, again: 15, pause: 10 });
});

test('a worker that goes on after the last whole step takes none again', () => {
  expect(course([17, 0], [18, 5]).again).toBe(0);
});
