// Puts probes to one model, over a stretch of the forget set.

import { zip } from '#collections/zip.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import {
  type Example,
  imagesOf,
  type Message,
  questionOf,
  saidBefore,
} from '#contracts/examples.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreItem } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';
import type { ModelRef } from '#contracts/jobs.js';
import type { ProbeAnswer } from '#contracts/layers.js';
import {
  type AttackName,
  changeOf,
  isAttack,
  type MeasurementName,
  type ProbeName,
  textAloneOf,
} from '#contracts/probes.js';
import { eachLimited } from '#platform/each-limited.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { isRefusal } from '#platform/grpc/rpc-error.js';
import { type Asking, scoreAll, type Scoring } from '../asking.js';
import { chatPrompt } from '../chat-prompt.js';
import { type Ask, askedOnce } from './asked-once.js';
import { attacks } from './attacks/index.js';
import { measurements } from './measurements/index.js';
import type { Around, Asked, Figures, Measurement } from './probe.js';
import { isRelearned } from './relearning.js';

export interface Probing extends Asking {
  readonly around: Around;
  /** The model that unlearning began from, where a probe asks it. */
  readonly before?: ModelRef;
}

/**
 * Answers and figures by probe, in the order of the examples, without those that a probe cannot ask,
 * and without probes whose change the model does not take.
 * What the model does not take, such as a prompt longer than its context, is a row without an answer.
 * @param from index of the first example in its data set.
 * @throws RpcError where inference fails.
 */
export async function askProbes(
  inference: InferenceClient,
  probing: Probing,
  probes: readonly ProbeName[],
  numbered: readonly NumberedExample[],
  from: number,
): Promise<ProbeAnswer[]> {
  const examples = numbered.map(({ example }, i) => ({ index: from + i, example }));
  const questions = probes
    .filter((probe) => isAttack(probe))
    .filter((probe) => takes(probing, probe))
    .flatMap((probe) => asAsked(probe, examples, probing));
  const ask = askedOnce(inference);
  const answers = await eachLimited(probing, questions, (one) =>
    attack(ask, changed(probing, one.probe), one),
  );
  const rows = answers.flat();
  for (const probe of probes)
    if (!isAttack(probe)) rows.push(...(await measure(inference, probing, probe, examples)));
  return rows;
}

/** A base model has no adapter of which there could be half. */
const takes = ({ model }: Probing, probe: AttackName): boolean =>
  changeOf(probe)?.transform?.scale === undefined || model.adapter !== undefined;

/** Rounded models take turns: an answer may come as many times later. */
const TURNS = 6;

function changed(probing: Probing, probe: AttackName): Probing {
  const transform = changeOf(probe)?.transform;
  if (!transform) return probing;
  const timeoutMs = probing.timeoutMs * (transform.rounding ? TURNS : 1);
  return { ...probing, model: { ...probing.model, ...transform }, timeoutMs };
}

interface Placed {
  readonly index: number;
  readonly example: Example;
}

interface Question extends Placed {
  readonly probe: AttackName;
  readonly asked: Asked;
}

const isLeft = (probe: AttackName, index: number): boolean =>
  changeOf(probe)?.relearned !== 'forget' || !isRelearned(index);

/** Whether a probe can ask of a row what it shows. */
const asks = (probe: ProbeName, example: Example): boolean =>
  textAloneOf(probe) === undefined || imagesOf(example).length === 0;

const asAsked = (probe: AttackName, examples: readonly Placed[], { around }: Probing): Question[] =>
  examples
    .filter(({ index, example }) => isLeft(probe, index) && asks(probe, example))
    .flatMap((placed) =>
      attacks[probe](placed.example, around).map((asked) => ({ ...placed, probe, asked })),
    );

/** A row for each turn of the conversation. */
async function attack(
  ask: Ask,
  probing: Probing,
  { asked, ...placed }: Question,
): Promise<ProbeAnswer[]> {
  const { probe, index, example } = placed;
  const said = await answered(ask, probing, example, asked);
  const row: ProbeAnswer = {
    probe,
    index,
    question: questionOf(asked),
    ...(asked.prefix === undefined ? {} : { prefix: asked.prefix }),
    gold: asked.gold,
    ...said,
    figures: {},
  };
  const [turn, ...insist] = asked.insist ?? [];
  if (turn === undefined || said.answer === undefined) return [row];
  const messages = [...asked.messages, ...replied(said.answer, turn)];
  return [
    row,
    ...(await attack(ask, probing, { ...placed, asked: { ...asked, messages, insist } })),
  ];
}

const replied = (answer: string, turn: string): Message[] => [
  { role: 'assistant', content: answer },
  { role: 'user', content: turn },
];

async function answered(
  ask: Ask,
  probing: Probing,
  example: Example,
  { messages, prefix, said = saidBefore(example), gold, sampling }: Asked,
): Promise<Pick<ProbeAnswer, 'answer' | 'said' | 'cut'>> {
  const prompt = chatPrompt(messages, prefix);
  const answer = await unlessRefused(ask(probing, prompt, sampling));
  if (answer === undefined) return {};
  // Who goes on from the gold answer's own words says the next of them at once.
  const goesOn = prefix !== undefined && gold !== example.answer;
  const cut = answer.finish === 'length' && !goesOn;
  return {
    answer: answer.answer,
    ...(said === questionOf({ messages }) ? {} : { said }),
    ...(cut ? { cut } : {}),
  };
}

async function measure(
  inference: InferenceClient,
  probing: Probing,
  probe: MeasurementName,
  examples: readonly Placed[],
): Promise<ProbeAnswer[]> {
  const { around } = probing;
  const measurement = measurements[probe];
  const { items, figures } = measurement;
  const { asking, scoring } = askedBy(measurement, probing);
  const scored = examples
    .filter(({ example }) => asks(probe, example))
    .map((placed) => ({ ...placed, own: items(placed.example, around) }))
    .filter(({ own }) => own.length > 0);
  const scores = await scoreEach(
    inference,
    asking,
    scored.map(({ own }) => own),
    scoring,
  );
  return zip(scored, scores).flatMap(([{ index, example, own }, found]) => {
    if (!found) return [];
    const measured = defined(figures(found, example, own));
    return [
      {
        probe,
        index,
        question: questionOf(example),
        gold: example.answer,
        figures: measured,
      },
    ];
  });
}

/** A long prompt is read once a layer: an answer may come as many times later. */
const PATCHED = 6;

function askedBy(
  { patches, scoring }: Measurement,
  { before, ...asking }: Probing,
): { asking: Asking; scoring: Scoring | undefined } {
  if (!patches || !before) return { asking, scoring };
  const timeoutMs = asking.timeoutMs * PATCHED;
  return { asking: { ...asking, model: before, timeoutMs }, scoring: { source: asking.model } };
}

type Scores = CompletionScore__Output[];

/** By example; undefined where the model does not take it. */
async function scoreEach(
  inference: InferenceClient,
  asking: Asking,
  items: readonly ScoreItem[][],
  scoring: Scoring | undefined,
): Promise<(Scores | undefined)[]> {
  const score = (some: readonly ScoreItem[]) =>
    unlessRefused(scoreAll(inference, asking, some, scoring));
  const all = await score(items.flat());
  // A call is refused as a whole.
  if (!all) return eachLimited(asking, items, score);
  let at = 0;
  return items.map((own) => all.slice(at, (at += own.length)));
}

/** Undefined where the prompt is to blame. */
const unlessRefused = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (isRefusal(error)) return undefined;
    throw error;
  });

const defined = (figures: Figures): ProbeAnswer['figures'] =>
  Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) =>
      value !== undefined && Number.isFinite(value) ? [[name, value]] : [],
    ),
  );
