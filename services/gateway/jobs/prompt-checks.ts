// Rows that the model cannot be asked or taught: their prompt leaves no room for an answer, or the
// chat template refuses their conversation. Inference counts, as it has the tokenizer.

import { status } from '@grpc/grpc-js';
import { Inject, Injectable } from '@nestjs/common';
import { zip } from '#collections/zip.js';
import { conversationOf, imagesOf, type Message } from '#contracts/examples.js';
import type { PromptTokens__Output } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { ApiError } from '../http/api.error.js';
import type { DataSet } from './data-set.js';
import { inTurns } from './in-turns.js';

/**
 * Longest time for one job's prompts, in ms. What is not counted is left to the stages, which name
 * the line as well.
 */
const PATIENCE = 5_000;
/** Of one call to inference, in bytes of text. */
const BATCH = 2 ** 16;
/** Sequences of roles that are tried. */
const SAMPLES = 256;
/** More tokens than a chat template writes around a message. */
const AROUND = 64;
/** Inference cannot count now, or not in time, or is of a release that does not count. */
const UNCOUNTED: readonly status[] = [
  status.DEADLINE_EXCEEDED,
  status.UNAVAILABLE,
  status.RESOURCE_EXHAUSTED,
  status.UNIMPLEMENTED,
];

export interface Room {
  readonly set: DataSet;
  /** A prompt must have fewer. */
  readonly tokens: number;
  /** The fewest that a picture takes: how many it does is known once it has been read. */
  readonly imageTokens: number;
  /** As in "no room for an answer within max_length 512". */
  readonly within: string;
}

/** Rows that are counted, by why. */
interface Doubts {
  /** One of each sequence of roles, for the chat template. */
  readonly samples: readonly Doubt[];
  /** Those that may be too long, the longest first. */
  readonly long: readonly Doubt[];
}

interface Doubt {
  readonly line: number;
  readonly messages: readonly Message[];
  /** Of its text; a token has at least one. */
  readonly bytes: number;
  /** The fewest tokens of its pictures, which inference does not count. */
  readonly shown: number;
}

@Injectable()
export class PromptChecks {
  constructor(
    private readonly inference: InferenceClient,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws ApiError 400 with the set's field and the line. */
  async check(tenant: string, base: string, rooms: readonly Room[]): Promise<void> {
    const end = performance.now() + PATIENCE;
    for (const room of rooms)
      for (const batch of batches(await doubtful(room))) {
        const counts = await this.count(tenant, base, batch, end - performance.now());
        if (!counts) return;
        refuseFirst(room, batch, counts);
        // What follows is shorter: it would take twice as many tokens per byte to be too long.
        const most = Math.max(
          ...zip(batch, counts).map(([doubt, { tokens }]) => tokens + doubt.shown),
        );
        if (2 * most < room.tokens) break;
      }
  }

  private async count(
    tenant: string,
    base: string,
    doubts: readonly Doubt[],
    timeoutMs: number,
  ): Promise<PromptTokens__Output[] | undefined> {
    try {
      const prompts = doubts.map(({ messages }) => ({ chat: { messages: [...messages] } }));
      return (await this.inference.countTokens(tenant, { base, prompts }, { timeoutMs })).prompts;
    } catch (err) {
      if (!RpcError.isInstance(err) || !UNCOUNTED.includes(err.code)) throw err;
      this.log.warn({ err }, "not all of a job's prompts were counted");
      return undefined;
    }
  }
}

async function doubtful({ set, tokens, imageTokens }: Room): Promise<Doubts> {
  const samples = new Map<string, Doubt>();
  const long: Doubt[] = [];
  await inTurns(set.rows, ({ line, example }) => {
    const messages = conversationOf(example).map(({ images: _images, ...said }) => said);
    const shown = imageTokens * imagesOf(example).length;
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    const doubt = { line, messages, bytes, shown };
    const roles = messages.map(({ role }) => role).join();
    if (samples.size < SAMPLES && !samples.has(roles)) samples.set(roles, doubt);
    else if (shown + bytes + AROUND * (messages.length + 1) >= tokens) long.push(doubt);
  });
  return {
    samples: [...samples.values()],
    long: long.toSorted((a, b) => b.shown + b.bytes - a.shown - a.bytes),
  };
}

/** The first has all samples, and the longest. */
function* batches({ samples, long }: Doubts): Generator<Doubt[]> {
  let batch = [...samples];
  let bytes = 0;
  for (const doubt of long) {
    batch.push(doubt);
    bytes += doubt.bytes;
    if (bytes < BATCH) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

function refuseFirst(
  { set: { param }, tokens: room, within }: Room,
  doubts: readonly Doubt[],
  counts: readonly PromptTokens__Output[],
): void {
  const [refused] = zip(doubts, counts)
    .filter(([{ shown }, { tokens, problem }]) => problem !== '' || shown + tokens >= room)
    .toSorted(([a], [b]) => a.line - b.line);
  if (!refused) return;
  const [{ line, shown }, { tokens, problem }] = refused;
  if (problem !== '')
    throw ApiError.invalid(`'${param}': line ${line}: ${problem}.`, param, 'invalid_conversation');
  throw ApiError.invalid(
    `'${param}': line ${line}: a prompt of ${shown > 0 ? 'at least ' : ''}${shown + tokens} tokens leaves no room for an answer within ${within}.`,
    param,
    'context_length_exceeded',
  );
}
