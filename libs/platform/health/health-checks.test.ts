import { describe, expect, test } from 'vitest';
import { HealthChecks } from './health-checks.js';

describe('HealthChecks', () => {
  test('is ready while every check passes, and names those that do not', async () => {
    const checks = new HealthChecks();
    checks.add('redis', async () => {});
    expect(await checks.run()).toEqual({ ready: true, checks: { redis: 'ok' } });
    checks.add('inference', () => Promise.reject(new Error('not reachable')));
    expect(await checks.run()).toEqual({
      ready: false,
      checks: { redis: 'ok', inference: 'not reachable' },
    });
  });

  test('tells of what does not keep it from being ready', async () => {
    const checks = new HealthChecks();
    checks.tell('one', async () => 'no answer from 1 of 2 replicas');
    checks.tell('other', () => Promise.reject(new Error('unknown name')));
    expect(await checks.run()).toEqual({
      ready: true,
      checks: { one: 'no answer from 1 of 2 replicas', other: 'unknown name' },
    });
  });

  test('does not wait for a check that hangs', async () => {
    const checks = new HealthChecks();
    checks.add('disk', () => new Promise(() => {}));
    expect(await checks.run()).toEqual({
      ready: false,
      checks: { disk: 'no answer within 2500 ms' },
    });
  });

  test('is not ready once the process leaves', async () => {
    const checks = new HealthChecks();
    checks.leave();
    expect((await checks.run()).ready).toBe(false);
  });
});
