// make demo-vision: a small model that sees, and is tuned to say the usual unseen, describes pictures
// greedily and by DeCo; CHAIR and POPE judge both. Leaves the platform running.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import pc from 'picocolors';
import { clientEnv } from '#supervisor/env.js';
import { layout } from '#supervisor/layout.js';
import { PlatformError } from '#supervisor/platform-error.js';
import { runningState } from '#supervisor/state.js';
import { resultsTable } from '../../benchmarks/hallucination/table.js';
import { note, print } from '../../cli/output.js';
import { reportError } from '../../cli/report-error.js';
import { describeQuestion } from '../../models/lethe-tiny-vl/scenes/caption.js';
import { popeSplits } from '../../models/lethe-tiny-vl/scenes/questions.js';
import { demoModels, demoTenant, runningPlatform } from './platform.js';
import { forget, upload } from './vision/asking.js';
import { exhibitsIn } from './vision/exhibits.js';
import { type Judged, judge } from './vision/judging.js';
import { visionPage } from './vision/page.js';
import { mergePrior } from './vision/prior.js';
import { captionTable, chairTable, popeTable, warningsOf } from './vision/tables.js';
import { fixtureNote, priorModel, type Way } from './vision/ways.js';

const PICTURES = 100;
const SHOWN = 3;

async function demo(): Promise<void> {
  const env = clientEnv();
  note(`${pc.bold('1.')} lethe-tiny-vl sees; its prior, an adapter, says what is usual: merged in`);
  if (!runningState(layout(env.home).state)) await mergePrior(demoModels(env));
  const url = await runningPlatform(env);
  const { client } = await demoTenant(env, url);
  await checkServed(client.openai);
  const folder = join(env.home, 'demo', 'vision');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  note(`${pc.bold('2.')} ${PICTURES} test pictures are drawn and uploaded`);
  const exhibits = await exhibitsIn(folder, PICTURES);
  const uploaded = await upload(client.openai, exhibits);
  note(`${pc.bold('3.')} every picture is described, and asked about with yes or no`);
  const judged = await judge({ client: client.openai, folder, exhibits, uploaded, begun });
  await forget(client.openai, uploaded);
  const few = exhibits.slice(0, SHOWN);
  print(captionTable(few, judged));
  print(chairTable(judged.chair));
  print(popeTable(judged.pope));
  for (const rows of [judged.chair, ...Object.values(judged.pope)])
    for (const warning of warningsOf(rows)) note(`warning: ${warning}`);
  const page = join(folder, 'report.html');
  writeFileSync(page, visionPage(few, judged));
  writeFileSync(join(folder, 'results.md'), `${markdown(judged)}\n`);
  print(`\n${fixtureNote}\n`);
  print(`The pictures: ${few.map(({ file }) => near(file)).join(', ')}`);
  print(`The page, with the pictures beside the answers: ${near(page)}`);
  print(`\nThe platform still runs; ask it yourself:\n`);
  print(
    pc.cyan(
      `npx lethe chat --model ${priorModel} --image ${near(few[0]!.file)} "${describeQuestion}"`,
    ),
  );
  print(`\nmake demo-stop ends it.`);
}

const begun = ({ name }: Way): void => note(`   ${name} ...`);
const near = (file: string): string => relative('.', file);

/** A platform that runs already knows the folders of models that it was started with. */
async function checkServed(openai: Parameters<typeof upload>[0]): Promise<void> {
  const { data } = await openai.models.list();
  if (!data.some(({ id }) => id === priorModel))
    throw new PlatformError(
      `the platform that runs does not serve ${priorModel}: end it with make demo-stop, then try again`,
    );
}

const markdown = ({ chair, pope }: Judged): string =>
  [
    `## CHAIR\n\n${resultsTable(chair)}`,
    ...popeSplits.map((split) => `## POPE, ${split}\n\n${resultsTable(pope[split])}`),
  ].join('\n\n');

try {
  await demo();
  process.exit(0);
} catch (error) {
  process.exit(reportError(error, false));
}
