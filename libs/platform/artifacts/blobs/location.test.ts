import { expect, test } from 'vitest';
import { location, overlap, parseS3, parseS3Object } from './location.js';

test.each([
  ['s3://bucket', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { bucket: 'bucket', prefix: '' }],
  ['s3://my.bucket-1/a', { bucket: 'my.bucket-1', prefix: 'a/' }],
  ['s3://bucket/a/b.c/', { bucket: 'bucket', prefix: 'a/b.c/' }],
  ['.lethe/artifacts', null],
  ['/srv/s3/artifacts', null],
  ['C:\\artifacts', null],
])('%s is a place', (text, parsed) => {
  expect(location().parse(text)).toBe(text);
  expect(parseS3(text)).toEqual(parsed);
});

test.each([
  's3://',
  's3:///a',
  's3://b',
  's3://Bucket',
  's3://bucket//a',
  's3://bucket/a//b',
  's3://bucket/a//',
  's3://bucket/../a',
  's3://bucket/a b',
  's3://user:secret@bucket',
  's3://bucket/a?versionId=1',
  'S3://bucket',
  'gs://bucket/a',
  'https://bucket.s3.amazonaws.com/a',
])('%s is none', (text) => {
  expect(() => location().parse(text)).toThrow('expected a folder, or s3://bucket/folder');
});

test.each([
  ['s3://bucket/a', { bucket: 'bucket', key: 'a' }],
  ['s3://bucket/a/b c/', { bucket: 'bucket', key: 'a/b c/' }],
  ['s3://bucket', undefined],
  ['s3://bucket/', undefined],
  ['s3://Bucket/a', undefined],
  ['/bucket/a', undefined],
])('%s names the object %j', (text, object) => {
  expect(parseS3Object(text)).toEqual(object);
});

test.each([
  ['.lethe', '.lethe/keys', true],
  ['.lethe/artifacts', './.lethe/artifacts/', true],
  ['.lethe/artifacts', '.lethe/artifacts2', false],
  ['.lethe/artifacts', '.lethe/keys', false],
  ['s3://bucket', 's3://bucket/keys', true],
  ['s3://bucket/a/', 's3://bucket/a', true],
  ['s3://bucket/a', 's3://bucket/ab', false],
  ['s3://bucket', 's3://bucket2', false],
  ['s3://bucket/a', '/bucket/a', false],
])('whether %s and %s overlap: %s', (a, b, answer) => {
  expect([overlap(a, b), overlap(b, a)]).toEqual([answer, answer]);
});
