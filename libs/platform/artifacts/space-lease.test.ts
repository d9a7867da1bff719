import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StorageUnavailableError } from '../errors/storage-unavailable.error.js';
import type { ArtifactSpace } from './artifact-store.js';
import { SpaceLease } from './space-lease.js';

const CHECK = 10_000;
let answers: () => Promise<boolean>;
const space = { id: 'model-x', lives: () => answers() } as ArtifactSpace;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  answers = async () => true;
});
afterEach(() => void vi.useRealTimers());

test('is not given for a space without a key', async () => {
  answers = async () => false;
  await expect(SpaceLease.take(space, CHECK)).rejects.toThrow('model-x is erased');
});

test('ends at the next look after the erasure', async () => {
  const lease = await SpaceLease.take(space, CHECK);
  answers = async () => false;
  await lease.confirm();
  await vi.advanceTimersByTimeAsync(CHECK);
  expect(lease.signal.aborted).toBe(true);
  await expect(lease.confirm()).rejects.toThrow('model-x is erased');
});

test('is looked at before use by a process that stood still', async () => {
  const lease = await SpaceLease.take(space, CHECK);
  answers = async () => false;
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 2 * CHECK);
  await expect(lease.confirm()).rejects.toThrow('model-x is erased');
  vi.restoreAllMocks();
});

test('outlives a key store that is away for a while, and not for longer', async () => {
  const lease = await SpaceLease.take(space, CHECK);
  answers = () => Promise.reject(new StorageUnavailableError());
  await vi.advanceTimersByTimeAsync(60_000);
  await lease.confirm();
  await vi.advanceTimersByTimeAsync(CHECK);
  await expect(lease.confirm()).rejects.toThrow('unavailable');
});
