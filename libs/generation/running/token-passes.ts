// Passes over tokens that all have one adapter: parts of prompts, and completions that are scored.

import type { PassInputs } from '#models/passes/attention/sequence-inputs.js';
import { featureFeeds } from '#models/passes/image-features.js';
import type { ModelConfig } from '#models/types.js';
import type { Feeds } from '#runtime/feed.js';
import { int64 } from '#runtime/graph-session.js';
import { AdapterRows, adaptersOf, type LoadedAdapter } from './adapter-rows.js';
import { type GraphKind, graphInputs, PICKED } from './graphs.js';
import type { PassResults } from './pass-results.js';
import { type PromptImage, seenIn } from './prompt-image.js';
import type { ScoreBatch } from './score-batch.js';
import type { Sessions } from './sessions.js';

/** What a pass reads, and asks for. */
interface TokensAsked extends Pick<ScoreBatch, 'ids' | 'positions'> {
  readonly targets?: readonly number[];
  /** Of the prompts that are read. */
  readonly images?: readonly PromptImage[] | undefined;
  readonly more?: { readonly feeds: Feeds; readonly sizes?: PassInputs['sizes'] } | undefined;
  readonly isTapped?: boolean;
}

export class TokenPasses {
  /** Apart from the batch's, which passes between two decode steps would undo. */
  private readonly adapters: AdapterRows;

  constructor(
    private readonly config: ModelConfig,
    private readonly sessions: Sessions,
  ) {
    this.adapters = new AdapterRows(config);
  }

  async run(
    kind: GraphKind,
    adapter: LoadedAdapter | undefined,
    places: PassInputs,
    { ids: asked, positions, targets = [], images = [], more, isTapped = false }: TokensAsked,
  ): Promise<PassResults> {
    const { feeds, sizes } = adaptersOf(this.adapters, [adapter]);
    const { ids, placed } = seenIn(asked, images);
    const seeing = placed.length > 0;
    const extras = { adapted: feeds !== undefined, tapped: isTapped, seeing };
    const session = await this.sessions.of(kind, extras);
    const features = seeing ? featureFeeds(this.config.hiddenSize, ids.length, placed) : undefined;
    const inputs = {
      [graphInputs.ids]: int64(ids),
      [graphInputs.positions]: int64(positions),
      [graphInputs.targets]: int64(targets),
    };
    return session.run(
      { ...feeds, ...inputs, ...places.feeds, ...more?.feeds, ...features?.feeds },
      { ...places.sizes, ...more?.sizes, ...features?.sizes, [PICKED]: positions.length, ...sizes },
    );
  }
}
