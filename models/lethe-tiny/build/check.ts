// Examines lethe-tiny as written to disk: greedy answers to wordings it was never trained on.

import { GenerationEngine } from '#generation/generation.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { HeldOutRow } from './corpus.js';

export interface Miss {
  readonly kind: string;
  readonly question: string;
  readonly answer: string;
  readonly expected: string;
}
export interface Examination {
  /** Share of right answers, 0 to 1, over all rows and by kind of fact. */
  readonly accuracy: number;
  readonly byKind: ReadonlyMap<string, number>;
  readonly misses: readonly Miss[];
}

const MAX_TOKENS = 40;
const MAX_BATCH = 32;

/** An answer is right if it contains every gold string. */
export async function examine(
  modelPath: string,
  rows: readonly HeldOutRow[],
  threads: number,
): Promise<Examination> {
  const engine = await GenerationEngine.load({ modelPath, threads, maxBatch: MAX_BATCH });
  const tokenizer = await (await openCheckpoint(modelPath)).tokenizer();
  try {
    const answers = await Promise.all(rows.map((row) => answerTo(engine, tokenizer, row.question)));
    const right = rows.map((row, i) => row.gold.every((gold) => answers[i]!.includes(gold)));
    const kinds = [...new Set(rows.map(({ kind }) => kind))];
    return {
      accuracy: share(right),
      byKind: new Map(
        kinds.map((kind) => [kind, share(right.filter((_, i) => rows[i]!.kind === kind))]),
      ),
      misses: rows.flatMap(({ kind, question, answer }, i) =>
        right[i] ? [] : [{ kind, question, answer: answers[i]!, expected: answer }],
      ),
    };
  } finally {
    await engine.close();
  }
}

async function answerTo(
  engine: GenerationEngine,
  tokenizer: Tokenizer,
  question: string,
): Promise<string> {
  const prompt = tokenizer.encodeChat([{ role: 'user', content: question }]);
  let answer = '';
  for await (const { text } of engine.generate({ prompt, maxTokens: MAX_TOKENS })) answer += text;
  return answer;
}

const share = (verdicts: readonly boolean[]): number =>
  verdicts.filter(Boolean).length / verdicts.length;
