import { expect, test } from 'vitest';
import { Turns } from './turns.js';

/** Lets everything that is free to go on do so. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function open(places: number, length: number, ownerOf?: (key: string) => string) {
  const turns = new Turns({ places, length, ...(ownerOf ? { ownerOf } : {}) });
  const leaves: (() => void)[] = [];
  const begun: string[] = [];
  const enter = async (key: string, signal = new AbortController().signal): Promise<void> => {
    leaves.push(await turns.enter(key, signal));
    begun.push(key);
  };
  return {
    turns,
    /** Ends one of the running ones, the oldest first. */
    leave: (at = 0) => leaves.splice(at, 1)[0]!(),
    enter: (key: string, signal?: AbortSignal) => void enter(key, signal).catch(() => {}),
    /** What has begun since, once all that had begun before has ended. */
    async next() {
      for (const leave of leaves.splice(0)) leave();
      return this.begun();
    },
    async begun() {
      await settled();
      return begun.splice(0);
    },
  };
}

test('one thing has its turn at a time, and whoever comes later waits behind who waits', async () => {
  const turns = open(1, 0);
  for (const key of ['a', 'a', 'b', 'a', 'c', 'b']) turns.enter(key);
  expect(await turns.begun()).toEqual(['a', 'a']);
  expect(await turns.next()).toEqual(['b', 'b']);
  expect(await turns.next()).toEqual(['a']);
  expect(await turns.next()).toEqual(['c']);
  turns.enter('d');
  expect(await turns.begun()).toEqual([]);
  expect(await turns.next()).toEqual(['d']);
});

test('a turn is joined for a while, also where others wait', async () => {
  const turns = open(1, Infinity);
  for (const key of ['a', 'b', 'a']) turns.enter(key);
  expect(await turns.begun()).toEqual(['a', 'a']);
  expect(await turns.next()).toEqual(['b']);
});

test('as many have their turn as have room', async () => {
  const turns = open(2, 0);
  for (const key of ['a', 'b', 'c', 'd']) turns.enter(key);
  expect(await turns.begun()).toEqual(['a', 'b']);
  expect(await turns.next()).toEqual(['c', 'd']);
});

test('who gives up waiting makes way for those behind', async () => {
  const turns = open(1, 0);
  const impatient = new AbortController();
  turns.enter('a');
  turns.enter('b', impatient.signal);
  turns.enter('a');
  expect(await turns.begun()).toEqual(['a']);
  impatient.abort();
  expect(await turns.begun()).toEqual(['a']);
  turns.enter('b', impatient.signal);
  expect(await turns.next()).toEqual([]);
  // An abort that comes after its turn began changes nothing.
  const late = new AbortController();
  turns.enter('c', late.signal);
  expect(await turns.begun()).toEqual(['c']);
  late.abort();
  turns.enter('d');
  expect(await turns.begun()).toEqual([]);
  expect(await turns.next()).toEqual(['d']);
});

test('of an owner some are left for others; its own wait in their order, the others go before', async () => {
  const turns = open(4, 0, (key) => key[0]!);
  for (const key of ['a1', 'a2', 'a3', 'a4', 'a1']) turns.enter(key);
  expect(await turns.begun()).toEqual(['a1', 'a2', 'a3']);
  turns.enter('b1');
  expect(await turns.begun()).toEqual(['b1']);
  turns.leave();
  expect(await turns.begun()).toEqual(['a4']);
  turns.leave();
  expect(await turns.begun()).toEqual(['a1']);
});

test('what is in use all the time makes room for who waits', async () => {
  const turns = open(1, 0);
  turns.enter('a');
  turns.enter('b');
  for (let i = 0; i < 3; i++) turns.enter('a');
  expect(await turns.begun()).toEqual(['a']);
  expect(await turns.next()).toEqual(['b']);
  expect(await turns.next()).toEqual(['a', 'a', 'a']);
});

test('none begins during a pause, but young turns are joined', async () => {
  const turns = open(2, Infinity);
  turns.enter('a');
  turns.turns.pause();
  for (const key of ['a', 'b']) turns.enter(key);
  expect(await turns.begun()).toEqual(['a', 'a']);
  expect(await turns.next()).toEqual([]);
  turns.turns.resume();
  expect(await turns.begun()).toEqual(['b']);
});
