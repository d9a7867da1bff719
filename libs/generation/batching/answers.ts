// Answers to prompts as tasks: token by token, by beams, or after a path that is chosen among several.

import type { Tokenizer } from '#models/text/tokenizer.js';
import type { Forms } from '../constraints/forms.js';
import { LinkSearch } from '../linking/link-search.js';
import type { LoadedAdapter } from '../running/adapter-rows.js';
import { BeamSearch } from '../running/beam-search.js';
import { type Begun, LinkedSequence } from '../running/linked-sequence.js';
import { rowsAsked, Sequence, type SequenceOptions } from '../running/sequence.js';
import type { Task } from '../running/task.js';
import type { Owned } from './owned.js';

export class Answers {
  /** @param longest tokens of the longest sequence of so many rows. */
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly forms: Forms,
    private readonly longest: (rows: number) => number,
    private readonly vocabulary: number,
  ) {}

  begin(
    { id, owner }: Owned,
    prompt: readonly number[],
    adapter: LoadedAdapter | undefined,
    options: SequenceOptions,
  ): Begun {
    const begin = this.beginning(owner, adapter, options);
    const { link, images, atOnce = false } = options;
    if (!link) return begin(id, prompt);
    const search = new LinkSearch(link, this.vocabulary);
    const of = { id, owner, prompt, images: images?.shown, adapter };
    return { task: new LinkedSequence({ ...of, search, begin, isStreamed: !atOnce }) };
  }

  /** @returns what has an answer to a prompt begin in a row. */
  private beginning(
    owner: string,
    adapter: LoadedAdapter | undefined,
    options: SequenceOptions,
  ): (row: number, prompt: readonly number[]) => Begun {
    const { tokenizer } = this;
    const constraint = options.form && this.forms.constraintOf(options.form);
    const maxContext = this.longest(rowsAsked(options));
    const asked = { owner, adapter, options, tokenizer, maxContext, constraint };
    return (id, prompt) => {
      const sequence = new Sequence({ ...asked, id, prompt });
      const task = this.taskOf(sequence, options);
      return options.resume?.length ? { task, chunk: sequence.resume() } : { task };
    };
  }

  private taskOf(sequence: Sequence, { beams, stopTokenIds = [] }: SequenceOptions): Task {
    if (!beams) return sequence;
    const ends = new Set([...this.tokenizer.eosIds, ...stopTokenIds]);
    return new BeamSearch(sequence, beams, ends.size);
  }
}
