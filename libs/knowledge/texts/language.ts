// The language that a base or a question speaks, as far as wordings need to know.

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Han without kana or hangul is Chinese; all else is worded in English. */
export const languageOf = (text: string): Language =>
  /\p{Script=Han}/u.test(text) &&
  !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text)
    ? 'zh'
    : 'en';
