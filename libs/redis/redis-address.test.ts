import { expect, test } from 'vitest';
import { accountOf, hostPort, nodeOf } from './redis-address.js';

test('a Sentinel is a host, with the usual port or its own', () => {
  expect(hostPort('redis-1.queues.svc')).toEqual({ host: 'redis-1.queues.svc', port: 26_379 });
  expect(hostPort('10.0.0.1:5000')).toEqual({ host: '10.0.0.1', port: 5000 });
  expect(hostPort('[fd00::1]:5000')).toEqual({ host: 'fd00::1', port: 5000 });
});

test.each(['', ':26379', 'a:b', 'a:99999', 'user@a', 'a/b', 'a?b', 'a b'])(
  'anything else is none: %j',
  (text) => expect(hostPort(text)).toBeUndefined(),
);

test('a URL has a node, and who one is', () => {
  const url = 'rediss://lethe:p%40ss@main/3';
  expect(nodeOf({ url })).toEqual({ host: 'main', port: 6379 });
  expect(accountOf({ url })).toEqual({ username: 'lethe', password: 'p@ss', db: 3, tls: {} });
  expect(accountOf({ url: 'redis://main' })).toEqual({});
});
