// Sentences made from the base alone: rows, and what is said where there is no row.

import type { Entity, Row } from '../entity.js';
import type { Language } from './language.js';

/** How a language puts texts together. */
interface Wording {
  readonly between: string;
  readonly row: (name: string, attribute: string, values: string) => string;
  readonly notFound: string;
  readonly otherName: (name: string) => string;
  readonly ambiguous: (names: string) => string;
  readonly unsupported: (name: string, attributes: string) => string;
}

const wordings: Readonly<Record<Language, Wording>> = {
  en: {
    between: '; ',
    row: (name, attribute, values) => `${name}, ${attribute}: ${values}.`,
    notFound: 'The knowledge base has nothing on this.',
    otherName: (name) => `The knowledge base has nothing of this name. Is ${name} meant?`,
    ambiguous: (names) => `This may be about more than one: ${names}. Which one is meant?`,
    unsupported: (name, attributes) =>
      `The knowledge base does not say this of ${name}. It knows: ${attributes}.`,
  },
  zh: {
    between: '；',
    row: (name, attribute, values) => `${name}，${attribute}：${values}。`,
    notFound: '知识库中没有相关内容。',
    otherName: (name) => `知识库中没有这个名称。您指的是${name}吗？`,
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

/** Says that there is nothing of the name that is asked for, and asks whether a name that it is like is meant. */
export const otherNameText = ({ name }: Entity, language: Language): string =>
  wordings[language].otherName(name);

/** Asks which of them is meant; those of one name are told apart by their types. */
export function ambiguousText(entities: readonly Entity[], language: Language): string {
  const { between, ambiguous } = wordings[language];
  const isShared = ({ name }: Entity): boolean =>
    entities.filter((other) => other.name === name).length > 1;
  const names = entities.map((one) => (isShared(one) ? `${one.name} (${one.type})` : one.name));
  return ambiguous(names.join(between));
}

export function unsupportedText(entity: Entity, language: Language): string {
  const { between, unsupported } = wordings[language];
  return unsupported(entity.name, [...entity.attributes.keys()].join(between));
}
