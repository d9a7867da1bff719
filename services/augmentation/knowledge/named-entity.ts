// How a question names its entity: as the base does, by an alias, misspelt, in part; or it names none
// that there is.

import type { KnowledgeAugmentation } from '#contracts/knowledge-augmentation.js';
import type { Naming } from '#contracts/knowledge-tuning-set.js';
import type { Entity } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import { pick, type Random } from '../augment/random.js';
import { crossed, misspelt, partOf } from './misspelt.js';

/** Names that are tried before a question falls back on the entity's own. */
const TRIES = 8;

export interface NamedEntity {
  readonly naming: Naming;
  /** As the question has it. */
  readonly name: string;
  /** As the link has it: what the base knows, as near to the question as that goes. */
  readonly linked?: string;
  /** An alias that the base is to be asked without. */
  readonly hidden?: string;
}

type Shares = Pick<KnowledgeAugmentation, 'alias_share' | 'noisy_share' | 'absent_share'>;

export class EntityNames {
  private readonly all: readonly { readonly entity: Entity; readonly text: string }[];

  constructor(private readonly base: KnowledgeBase) {
    this.all = base.entities.flatMap((entity) =>
      [entity.name, ...entity.aliases].map((name) => ({ entity, text: normalText(name) })),
    );
  }

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

  /** An alias as the base would not have it: it has to be told by what it is like, or means. */
  byHiddenAlias(random: Random, entity: Entity): NamedEntity | undefined {
    const named = this.byAlias(random, entity);
    const isOwn = named && normalText(named.name) === normalText(entity.name);
    return named && !isOwn ? { ...named, linked: entity.name, hidden: named.name } : undefined;
  }

  /** A misspelling that is more than another case. */
  misspelt(random: Random, entity: Entity): NamedEntity | undefined {
    return this.unlisted(() => misspelt(random, entity.name), entity);
  }

  /** A part of its name that is in no other's. */
  inPart(random: Random, entity: Entity): NamedEntity | undefined {
    return this.unlisted(() => {
      const part = partOf(random, entity.name);
      return part !== undefined && this.isInAnother(part, entity) ? undefined : part;
    }, entity);
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

  private unlisted(draw: () => string | undefined, entity: Entity): NamedEntity | undefined {
    for (let tried = 0; tried < TRIES; tried++) {
      const name = draw();
      if (name !== undefined && this.base.named(name).length === 0)
        return { naming: 'noisy', name, linked: entity.name };
    }
    return undefined;
  }

  private isInAnother(part: string, entity: Entity): boolean {
    const text = normalText(part);
    return this.all.some((one) => one.entity !== entity && one.text.includes(text));
  }

  private isOf(name: string, entity: Entity): boolean {
    const [one, ...others] = this.base.named(name);
    return one === entity && others.length === 0;
  }
}
