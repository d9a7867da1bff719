import { expect, onTestFinished, test } from 'vitest';
import { gate } from '#testing/gate.js';
import { RepeatedPass, type RepeatedPassOptions } from './repeated-pass.js';

/** Started, and stopped with the test. */
function repeat(
  pass: () => Promise<void>,
  { pause = 1, failed = () => undefined }: Partial<RepeatedPassOptions> = {},
): RepeatedPass {
  const repeated = new RepeatedPass({ pass, pause, failed });
  onTestFinished(() => repeated.stop());
  repeated.start();
  return repeated;
}

const longerThanTheTest = 3_600_000;

test('the next pass begins when the one before it has ended', async () => {
  const enough = gate();
  const log: string[] = [];
  repeat(async () => {
    log.push('begins');
    await Promise.resolve();
    log.push('ends');
    if (log.length >= 6) enough.resolve();
  });
  await enough.promise;
  expect(log.slice(0, 6)).toEqual(['begins', 'ends', 'begins', 'ends', 'begins', 'ends']);
});

test('a pass that fails is told of, and followed by the next', async () => {
  const second = gate();
  const told: unknown[] = [];
  const error = new Error('away');
  let passes = 0;
  repeat(
    async () => {
      passes++;
      if (passes === 1) throw error;
      second.resolve();
    },
    { failed: (err) => told.push(err) },
  );
  await second.promise;
  expect(told).toEqual([error]);
});

test('stopping waits for the pass that is under way, and no other comes', async () => {
  const end = gate();
  let [begun, ended] = [0, 0];
  const repeated = repeat(
    async () => {
      begun++;
      await end.promise;
      ended++;
    },
    { pause: 0 },
  );
  const stopped = repeated.stop();
  end.resolve();
  await stopped;
  expect([begun, ended]).toEqual([1, 1]);
});

test('stopping does not wait for the pause', async () => {
  const passed = gate();
  const repeated = repeat(async () => passed.resolve(), { pause: longerThanTheTest });
  await passed.promise;
  await repeated.stop();
});

test('what was stopped may be started again', async () => {
  const again = gate();
  let passes = 0;
  const repeated = repeat(
    async () => {
      passes++;
      if (passes === 2) again.resolve();
    },
    { pause: longerThanTheTest },
  );
  await repeated.stop();
  repeated.start();
  await again.promise;
});

test('what was never started stops at once', async () => {
  const repeated = new RepeatedPass({
    pass: async () => undefined,
    pause: 1,
    failed: () => undefined,
  });
  await repeated.stop();
});
