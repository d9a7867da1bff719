// Questions for a row, worded as people word them.

import { spokenAttribute } from '../texts/attribute.js';
import type { Language } from '../texts/language.js';
import { wordingsIn } from './wordings.js';

/** @returns wordings made for an attribute's kind, and those that fit any. */
export function wordingsFor(
  attribute: string,
  language: Language,
): Readonly<Record<'own' | 'general', readonly string[]>> {
  const { general, kinds } = wordingsIn[language];
  const own = kinds.filter((kind) => kind.attribute.test(attribute));
  return { own: own.flatMap(({ wordings }) => wordings), general };
}

/** @param name of the entity, in any of its spellings. */
export const questionOf = (wording: string, name: string, attribute: string): string =>
  wording
    .replaceAll('{name}', () => name)
    .replaceAll('{attribute}', () => spokenAttribute(attribute));
