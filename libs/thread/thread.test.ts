import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import type { EchoProtocol } from './testing/echo.js';
import { ThreadEndedError } from './thread-ended.error.js';
import { Thread } from './thread.js';

const file = new URL('./testing/echo.js', import.meta.url);

// The class is the thread's alone, as in a process that has not loaded it; this one is its double.
class BrokenSpring extends Failure {
  static {
    this.define('broken-spring', { permanent: true });
  }
}

function start(greeting = 'hello'): Thread<EchoProtocol> {
  const thread = new Thread<EchoProtocol>(file, 'echo', greeting);
  onTestFinished(() => thread.close());
  return thread;
}

/** A call that waits to be cancelled, under way in the thread. */
async function waiting(thread: Thread<EchoProtocol>, signal?: AbortSignal) {
  const ended: { call?: Promise<void> } = {};
  await new Promise<void>((resolve) => {
    ended.call = thread.call('wait', undefined, { signal, onEvent: () => resolve() });
    ended.call.catch(() => {});
  });
  return ended;
}

test('calls made at once are each answered with their own, before the thread is ready too', async () => {
  const thread = start();
  const calls = ['a', 'b', 'c'].map((text) => thread.call('echo', text));
  expect(await Promise.all(calls)).toEqual(['hello a', 'hello b', 'hello c']);
  await thread.ready;
  expect(await thread.call('echo', 'd')).toBe('hello d');
});

test('failures come with their class, type and detail; other errors as unexpected ones', async () => {
  const thread = start();
  await expect(thread.call('fail', 'known')).rejects.toThrow(BrokenSpring);
  await expect(thread.call('fail', 'known')).rejects.toMatchObject({
    type: 'broken-spring',
    permanent: true,
    message: 'a spring',
  });
  await expect(thread.call('fail', 'unknown')).rejects.toMatchObject({
    type: 'unexpected',
    permanent: false,
    message: 'private',
    publicMessage: expect.stringMatching(/^unexpected RangeError/),
  });
  await expect(thread.call('unclonable', undefined)).rejects.toThrow('could not be cloned');
  expect(await thread.call('echo', 'still here')).toBe('hello still here');
});

test('events come in order, and before the result', async () => {
  const thread = start();
  const told: number[] = [];
  const onEvent = (n: number) => void told.push(n);
  expect(await thread.call('count', { to: 1000, deliver: false }, { onEvent })).toBe(1000);
  expect(told).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test('a thread waits with what it delivers until the owner has dealt with it', async () => {
  const thread = start();
  const order: string[] = [];
  await thread.call(
    'count',
    { to: 3, deliver: true },
    {
      async onEvent(n) {
        order.push(`${n} begun`);
        // Whatever the thread has told meanwhile would come before this answer.
        await thread.call('echo', '');
        order.push(`${n} done`);
      },
    },
  );
  expect(order).toEqual(['0 begun', '0 done', '1 begun', '1 done', '2 begun', '2 done']);
});

test('what an owner throws over an event ends the call with it, and frees the thread', async () => {
  const thread = start();
  const full = new Error('the disk is full');
  const onEvent = () => Promise.reject(full);
  await expect(thread.call('count', { to: 3, deliver: true }, { onEvent })).rejects.toBe(full);
  expect(await thread.call('echo', 'a')).toBe('hello a');
});

test('an abort rejects the call at once with its reason, and stops it in the thread', async () => {
  const thread = start();
  const abort = new AbortController();
  const { call } = await waiting(thread, abort.signal);
  const reason = new Error('enough');
  abort.abort(reason);
  await expect(call).rejects.toBe(reason);
  expect(await thread.call('stopped', undefined)).toBe(1);
  await expect(thread.call('echo', 'late', { signal: abort.signal })).rejects.toBe(reason);
});

test('buffers move with events and results, and shared memory is shared', async () => {
  const thread = start();
  const events: Uint8Array[] = [];
  const result = await thread.call('move', 1000, { onEvent: (bytes) => void events.push(bytes) });
  expect(events).toEqual([new Uint8Array(1000).fill(1)]);
  expect(result).toEqual(new Uint8Array(1000));
  expect(await thread.call('movedSizes', undefined)).toEqual([0, 0]);
  const numbers = new Int32Array(new SharedArrayBuffer(4));
  await thread.call('share', numbers);
  expect(numbers[0]).toBe(5);
});

test('a thread that cannot start fails what waits for it, and all that comes later, with the reason', async () => {
  const thread = start('broken');
  const early = thread.call('echo', 'early');
  const reason = { type: 'broken-spring', detail: { start: 'broken' } };
  await expect(early).rejects.toThrow(BrokenSpring);
  await expect(thread.ready).rejects.toMatchObject(reason);
  expect(thread.hasEnded).toBe(true);
  await expect(thread.call('echo', 'late')).rejects.toMatchObject(reason);
});

test.each([
  ['exit', 'the echo thread ended with code 3', 'the echo thread ended with code 3'],
  ['throw', 'the echo thread failed: private', 'the echo thread failed'],
] as const)(
  'a crash by %s fails every call, and names the thread',
  async (how, message, publicMessage) => {
    const thread = start();
    const others = await Promise.all([waiting(thread), waiting(thread)]);
    const crash = thread.call('crash', how);
    for (const one of [crash, ...others.map(({ call }) => call)])
      await expect(one).rejects.toMatchObject({ type: 'thread-ended', message, publicMessage });
    await expect(thread.call('echo', 'late')).rejects.toThrow(ThreadEndedError);
  },
);

test('closing fails the calls under way, and waits until the thread is gone', async () => {
  const thread = start();
  const { call } = await waiting(thread);
  const closed = thread.close();
  await expect(call).rejects.toThrow('the echo thread was closed');
  await closed;
  await thread.close();
  await expect(thread.call('echo', 'late')).rejects.toThrow('the echo thread was closed');
});

test('an idle thread does not keep its process alive, one at work does', async () => {
  const owner = new URL('./thread.js', import.meta.url);
  const code = `
    import(${JSON.stringify(owner.href)}).then(({ Thread }) =>
      new Thread(new URL(${JSON.stringify(file.href)}), 'echo', 'hello')
        .call('echo', 'you')
        .then(console.log));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', code]);
  expect(stdout).toBe('hello you\n');
});
