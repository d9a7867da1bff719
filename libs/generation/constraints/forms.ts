// The forms that a model's answers are held to: those that are asked again are followed already.

import { LRUCache } from 'lru-cache';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { Constraint } from '../decoding/constraint.js';
import { Automaton } from './automaton.js';
import { FormConstraint } from './form-constraint.js';
import type { Form } from './form.js';
import { CONTROL } from './network.js';
import { TokenTrie } from './token-trie.js';

/** Forms that are remembered; each takes up to 16 MiB. */
const MOST = 16;

export class Forms {
  private readonly automatons = new LRUCache<string, Automaton>({ max: MOST });
  private trie: TokenTrie | undefined;

  /** @param vocabulary ids below it are tokens. */
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly vocabulary: number,
  ) {}

  constraintOf(form: Form): Constraint {
    let automaton = this.automatons.get(form.key);
    if (!automaton) {
      this.trie ??= new TokenTrie(spellings(this.tokenizer, this.vocabulary));
      automaton = new Automaton(form.network, this.trie, form.dropsSpace);
      this.automatons.set(form.key, automaton);
    }
    return new FormConstraint(automaton, this.tokenizer.eosIds);
  }
}

/** '' for a token that spells the byte by which control tokens are known: no text has it. */
function spellings(tokenizer: Tokenizer, vocabulary: number): string[] {
  const mark = String.fromCharCode(CONTROL);
  return Array.from({ length: vocabulary }, (_, id) => {
    const bytes = Buffer.from(tokenizer.bytesOf(id)).toString('latin1');
    if (tokenizer.controls.has(id)) return mark + bytes;
    return bytes.includes(mark) ? '' : bytes;
  });
}
