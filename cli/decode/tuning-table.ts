// A tuning as a table, and in words.

import type { TuningCriterion } from '#contracts/decoding.js';
import type { SweepFigures } from '#metrics/decoding/swept.js';
import type { Measured } from '#metrics/hallucination/paired.js';
import { print, table } from '../output.js';
import type { Setting } from './settings.js';
import type { TuningReport } from './tuning-report.js';

const names: Readonly<Record<TuningCriterion, string>> = {
  log_prob: 'ln p per token',
  match: 'greedy match, %',
  outranks: 'outranks, %',
};

export function printTuning(report: TuningReport): void {
  const { baseline, by, rows, tokens, candidates, settings } = report;
  const head = [
    'layers',
    'alpha',
    `gain (${rows.tuning} tuning rows)`,
    'ln p',
    'perplexity',
    'difference, 95 %',
    'match',
    'changed',
    'righted',
    'wronged',
    ...(hasRanks(baseline) ? ['outranks'] : []),
  ];
  print(
    table(head, [
      ['off', '', '', ...cells(baseline, by, false)],
      ...settings.map(({ layers, alpha, gain, held_out: figures }) => [
        alpha === 0 ? 'candidates alone' : layers.join('-'),
        String(alpha),
        signed(gain),
        ...cells(figures, by, true),
      ]),
    ]),
  );
  print(
    `All but the gain: ${rows.held_out} held-out rows, ${tokens.held_out} tokens, of which ${fixed(candidates, 1)} % are candidates. Gain and difference: ${names[by]}, to decoding without DeCo.`,
  );
  print(verdict(report));
}

const hasRanks = ({ outranks }: SweepFigures): boolean => !Number.isNaN(outranks.value);

function cells(figures: SweepFigures, by: TuningCriterion, compared: boolean): string[] {
  const { log_prob: logProb, match, changed, righted, wronged, outranks } = figures;
  return [
    fixed(logProb.value, 4),
    fixed(Math.exp(-logProb.value), 3),
    compared ? differenceOf(figures[by]) : '',
    fixed(match.value, 2),
    ...(compared ? [changed, righted, wronged].map(({ value }) => fixed(value, 2)) : ['', '', '']),
    ...(hasRanks(figures) ? [fixed(outranks.value, 2)] : []),
  ];
}

function verdict({ best, by, settings, decoding }: TuningReport): string {
  if (!best) return 'Leave DeCo off: no setting is better on the tuning rows.';
  const figures = settings.find((one) => one.layers === best.layers && one.alpha === best.alpha);
  if (!figures) return '';
  const told = `${named(best)}: ${names[by]} ${differenceOf(figures.held_out[by])}`;
  if (!decoding)
    return `Leave DeCo off: the best on the tuning rows is not surely better on the held-out ones. ${told}`;
  const { match } = figures.held_out;
  const isSurer = by !== 'match' && (match.difference?.value ?? 0) <= 0;
  return [
    `Best on the tuning rows, and better on the held-out ones: ${told}`,
    ...(isSurer
      ? ['No more tokens are right: what is gained is sureness, as by a lower temperature.']
      : []),
  ].join('\n');
}

const named = ({ layers, alpha }: Setting): string => `layers ${layers.join('-')}, alpha ${alpha}`;

function differenceOf({ difference }: Measured): string {
  if (!difference) return '';
  const [least, most] = difference.interval;
  return `${signed(difference.value)} [${signed(least)}, ${signed(most)}]`;
}

const fixed = (value: number, digits: number): string =>
  Number.isNaN(value) ? '-' : value.toFixed(digits);
const signed = (value: number): string =>
  Number.isNaN(value) ? '-' : `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
