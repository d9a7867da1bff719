// Prints how far every model that sees lies from the reference's numbers: the second table of
// docs/measurements/exactness.md.
// `npm run golden:vision`.

import { worstOf } from './golden-run.js';
import { visionNames, VisionRun } from './vision-run.js';

const power = (difference: number): string => difference.toExponential(0);

console.log(
  "| folder | tower's stream | features | text alone | one picture, every residual stream | two pictures | with an adapter | served, all of these | 64 tokens |",
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const name of visionNames()) {
  const run = await VisionRun.open(name);
  const differences = [
    await run.stream(),
    await run.everyFeature(),
    await run.text(),
    await run.row('image'),
    await run.row('two'),
    await run.adapter(),
    worstOf([await run.served('plain'), await run.served('image'), await run.served('two')]),
  ].map(({ worst }) => power(worst));
  const { tokens } = run.expected.generated;
  const all = [await run.tokens(), await run.servedTokens()];
  const isSame = all.every((own) => own.join() === tokens.join());
  console.log(`| ${name} | ${differences.join(' | ')} | ${isSame ? 'the same' : 'DIFFERENT'} |`);
}
