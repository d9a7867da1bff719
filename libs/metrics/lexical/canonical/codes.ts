// Numbers of passports, accounts and the like, of letters and digits: "c4t7 k92lm" is C4T7K92LM.

/** In lower case: letters and digits take turns, as in no word. */
const LOWER =
  /(?<![\p{L}\p{N}])(?=[a-z\d]{0,32}(?:\d[a-z]{1,32}\d|[a-z]\d{1,32}[a-z]))[a-z\d]{6,34}(?![\p{L}\p{N}])/gu;
/** In groups: the first has letters and digits, each further one digits. */
const GROUPED =
  /(?<![\p{L}\p{N}-])(?=[A-Z\d]{0,8}(?:[A-Z]\d|\d[A-Z]))[A-Z\d]{2,8}(?:[ -](?=[A-Z]{0,8}\d)[A-Z\d]{2,8}){1,8}(?![\p{L}\p{N}-])/gu;

/** Plates: letters, digits, letters; in lower case with hyphens alone. */
const PLATE =
  /(?<![\p{L}\p{N}-])(?:[A-Z]{1,4}[ -]?\d{1,5}[ -]?[A-Z]{1,4}|[a-z]{1,4}-\d{1,5}-[a-z]{1,4})(?![\p{L}\p{N}-])/gu;

export const codes = (text: string): string =>
  text
    .replaceAll(LOWER, (code) => code.toUpperCase())
    .replaceAll(PLATE, (code) => code.replaceAll(/[ -]/g, '').toUpperCase())
    .replaceAll(GROUPED, (code) => code.replaceAll(/[ -]/g, ''));
