// lethe metrics chair, pope and mme: whether a model sees what it says, from files of its answers.

import type { Command } from 'commander';
import { chairReport } from '../hallucination/chair.js';
import { mmeReport } from '../hallucination/mme.js';
import { popeReport } from '../hallucination/pope.js';
import { type HallucinationReport, printReport } from '../hallucination/report.js';

const BASELINE = "another's answers to the same, plain greedy decoding's say: adds differences";

export function registerHallucination(metrics: Command): void {
  metrics
    .command('chair')
    .description('CHAIR: absent objects in captions of COCO images; recall and length')
    .requiredOption('--answers <file>', 'JSON lines of {image_id, caption}, or of {image, text}')
    .requiredOption('--instances <file...>', "COCO's instances_*.json")
    .requiredOption('--captions <file...>', "COCO's captions_*.json")
    .option('--baseline <file>', BASELINE)
    .option(
      '--synonyms <file>',
      "a line of words per object, or the public script's chair.py, which holds them",
    )
    .option('--json', 'print JSON, for machines')
    .action(printed(chairReport));
  metrics
    .command('pope')
    .description('POPE: accuracy, precision, recall, F1 and yes ratio of answers about objects')
    .requiredOption(
      '--answers <file>',
      'JSON lines of {question_id, text}, or of {question, answer}',
    )
    .requiredOption('--questions <file>', 'coco_pope_random.json, _popular or _adversarial')
    .option('--baseline <file>', BASELINE)
    .option('--json', 'print JSON, for machines')
    .action(printed(popeReport));
  metrics
    .command('mme')
    .description("MME's hallucination subset: accuracy, accuracy+ and score of each subtask")
    .requiredOption(
      '--answers <folder>',
      'existence.txt, count.txt, position.txt and color.txt, as the eval tool of MME reads them',
    )
    .option('--baseline <folder>', BASELINE)
    .option('--json', 'print JSON, for machines')
    .action(printed(mmeReport));
}

/** What a command does: its report, printed as it was asked for. */
const printed =
  <T>(reportOf: (options: T) => HallucinationReport | Promise<HallucinationReport>) =>
  async (options: T & { readonly json?: boolean }): Promise<void> =>
    printReport(await reportOf(options), options.json);
