// Prints how far every architecture lies from the reference's numbers: the table of
// docs/measurements/exactness.md.
// `npm run golden [device]`.

import { devices } from '#runtime/compute.js';
import { goldenNames } from '#testing/golden.js';
import { GoldenRun } from './golden-run.js';

const power = (difference: number): string => difference.toExponential(0);

const device = devices.find((name) => name === (process.argv[2] ?? 'cpu'));
if (!device)
  throw new RangeError(`device: ${process.argv[2]}, expected one of ${devices.join(', ')}`);
console.log(
  '| folder | logits, residual streams | long row | unequal batch | with an adapter | gradients: LoRA, all weights | 64 tokens |',
);
console.log('|---|---|---|---|---|---|---|');
for (const name of goldenNames()) {
  const run = await GoldenRun.open(name, device);
  const forward = [
    await run.row('plain'),
    await run.row('long'),
    await run.batch(),
    await run.adapter(),
  ].map(({ worst }) => power(worst));
  const [lora, full] = [await run.gradients('lora'), await run.gradients('full')].map(
    ({ difference }) => power(difference.worst),
  );
  const expected = run.golden.generated.tokens.join();
  const isSame =
    (await run.cachedTokens()).join() === expected &&
    (await run.uncachedTokens()).join() === expected;
  await run.close();
  console.log(
    `| ${name} | ${forward.join(' | ')} | ${lora}, ${full} | ${isSame ? 'the same' : 'DIFFERENT'} |`,
  );
}
