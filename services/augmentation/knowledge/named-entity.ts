// How a question names its entity: as the base does, by an alias, misspelt; or it names none that
// there is.

import type { KnowledgeAugmentation } from '#contracts/knowledge-augmentation.js';
import type { Naming } from '#contracts/knowledge-tuning-set.js';
import type { Entity } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { pick, type Random } from '../augment/random.js';
import { crossed, misspelt } from './misspelt.js';

/** Names that are tried before a question falls back on the entity's own. */
const TRIES = 8;

export interface NamedEntity {
  readonly naming: Naming;
  /** As the question has it. */
  readonly name: string;
  /** As the link has it: what the base knows, as near to the question as that goes. */
  readonly linked?: string;
}

type Shares = Pick<KnowledgeAugmentation, 'alias_share' | 'noisy_share' | 'absent_share'>;

export class EntityNames {
  constructor(private readonly base: KnowledgeBase) {}

  /** By chance, as the shares are; by its name where it has no other. */
  draw(random: Random, entity: Entity, shares: Shares): NamedEntity {
    const { alias_share: alias, noisy_share: noisy, absent_share: absent } = shares;
    const at = random();
    const drawn =
      at < alias
        ? this.byAlias(random, entity)
        : at < alias + noisy
          ? this.noisily(random, entity)
          : at < alias + noisy + absent
            ? this.absently(random)
            : undefined;
    return drawn ?? { naming: 'name', name: entity.name, linked: entity.name };
  }

  /** An alias is linked as it is: the base says whose it is, and no model has to know that. */
  byAlias(random: Random, entity: Entity): NamedEntity | undefined {
    const own = entity.aliases.filter((alias) => this.isOf(alias, entity));
    if (own.length === 0) return undefined;
    const name = pick(random, own);
    return { naming: 'alias', name, linked: name };
  }

  absently(random: Random): NamedEntity | undefined {
    for (let tried = 0; tried < TRIES; tried++) {
      const [one, other] = [pick(random, this.base.entities), pick(random, this.base.entities)];
      const name = crossed(one.name, other.name);
      if (this.base.named(name).length === 0) return { naming: 'absent', name };
    }
    return undefined;
  }

  private noisily(random: Random, entity: Entity): NamedEntity | undefined {
    for (let tried = 0; tried < TRIES; tried++) {
      const name = misspelt(random, entity.name);
      const meant = this.base.named(name);
      if (name !== entity.name && meant.every((one) => one === entity))
        return { naming: 'noisy', name, linked: entity.name };
    }
    return undefined;
  }

  private isOf(name: string, entity: Entity): boolean {
    const [one, ...others] = this.base.named(name);
    return one === entity && others.length === 0;
  }
}
