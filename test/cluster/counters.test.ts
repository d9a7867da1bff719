import { expect, test } from 'vitest';
import { sumOf } from './counters.js';

const text = `# HELP lethe_job_seconds Time of one try of a job
lethe_job_seconds_count{queue="train",outcome="done",service="training"} 4
lethe_job_seconds_count{queue="train",outcome="requeue",service="training"} 2
lethe_job_seconds_counted{queue="train",outcome="done"} 100
process_cpu_seconds_total{service="training"} 1.5`;

test('samples of a name are summed, those with all labels', () => {
  expect(sumOf(text, 'lethe_job_seconds_count')).toBe(6);
  expect(sumOf(text, 'lethe_job_seconds_count', ['outcome="done"'])).toBe(4);
  expect(sumOf(text, 'process_cpu_seconds_total')).toBe(1.5);
  expect(sumOf(text, 'lethe_job_seconds_count', ['outcome="done"', 'queue="augment"'])).toBe(0);
});
