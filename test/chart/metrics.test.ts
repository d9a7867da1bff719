// Alerts and dashboard ask for metrics that there are.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricNames } from './metric-names.js';
import { parse, rendered } from './render.js';
import { chart, helm } from './tools.js';

const known = metricNames();
const asked = (text: string): string[] => [
  ...new Set([...text.matchAll(/\b((?:lethe|process|nodejs)_\w+)/g)].map(([, name = '']) => name)),
];
/** What Prometheus makes of a histogram. */
const exists = (name: string): boolean =>
  known.has(name) || known.has(name.replace(/_(bucket|count|sum)$/, ''));

const dashboard = readFileSync(join(chart, 'dashboards/lethe.json'), 'utf8');

test.each(asked(dashboard))('the dashboard knows %s', (name) => {
  expect(exists(name)).toBe(true);
});

test.skipIf(helm === undefined)('alerts and scaling know their metrics', () => {
  const objects = ['full', 'gpu-cluster'].flatMap((name) => parse(rendered(name)));
  const kinds = /^(PrometheusRule|HorizontalPodAutoscaler|ScaledObject)$/;
  const names = asked(
    JSON.stringify(objects.filter(({ kind }) => kinds.test(kind)).map(({ spec }) => spec)),
  );
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => !exists(name))).toEqual([]);
});
