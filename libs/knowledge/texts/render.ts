// Sentences made from the base alone: rows, and what is said where there is no row.

import type { Entity, Row } from '../entity.js';
import type { Language } from './language.js';

/** How a language puts texts together. */
interface Wording {
  readonly between: string;
  readonly row: (name: string, attribute: string, values: string) => string;
  readonly notFound: string;
  readonly alike: (name: string) => string;
  readonly ambiguous: (names: string) => string;
  readonly unsupported: (name: string, attributes: string) => string;
}

const wordings: Readonly<Record<Language, Wording>> = {
  en: {
    between: '; ',
    row: (name, attribute, values) => `${name}, ${attribute}: ${values}.`,
    notFound: 'The knowledge base has nothing on this.',
    alike: (name) => `Is this about ${name}?`,
    ambiguous: (names) => `This may be about more than one: ${names}. Which one is meant?`,
    unsupported: (name, attributes) =>
      `The knowledge base does not say this of ${name}. It knows: ${attributes}.`,
  },
  zh: {
    between: '；',
    row: (name, attribute, values) => `${name}，${attribute}：${values}。`,
    notFound: '知识库中没有相关内容。',
    alike: (name) => `您指的是${name}吗？`,
    ambiguous: (names) => `问题可能指以下几项：${names}。请问是哪一项？`,
    unsupported: (name, attributes) => `知识库中没有${name}的这项内容，已有：${attributes}。`,
  },
};

/** Such as `Measles, symptoms: fever; rash.` */
export function rowText(row: Row, language: Language): string {
  const { between, row: written } = wordings[language];
  return written(row.entity.name, row.attribute, row.values.join(between));
}

export const notFoundText = (language: Language): string => wordings[language].notFound;

/** Asks which of them is meant, or whether the only one is; those of one name are told apart by their types. */
export function ambiguousText(entities: readonly Entity[], language: Language): string {
  const { between, alike, ambiguous } = wordings[language];
  const isShared = ({ name }: Entity): boolean =>
    entities.filter((other) => other.name === name).length > 1;
  const names = entities.map((one) => (isShared(one) ? `${one.name} (${one.type})` : one.name));
  const all = names.join(between);
  return entities.length === 1 ? alike(all) : ambiguous(all);
}

export function unsupportedText(entity: Entity, language: Language): string {
  const { between, unsupported } = wordings[language];
  return unsupported(entity.name, [...entity.attributes.keys()].join(between));
}
