// What a question for a row, and its answer, are worded in.

import type { Row } from '#knowledge/entity.js';
import { type Language, languageOf } from '#knowledge/texts/language.js';

export const languageOfRow = ({ entity, attribute }: Row): Language =>
  languageOf(`${entity.name} ${attribute}`);
