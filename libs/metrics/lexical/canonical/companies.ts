// What kind of company a name is of, in one form: "Limited" is "Ltd", "Co." is "Company".

const START = "(?<=\\p{Lu}[\\p{L}\\p{N}&.,\u2019'-]{0,40}\\s)";
const END = '(?!\\p{L})';
const kinds = (
  [
    ['Limited|Ltd\\.', 'Ltd'],
    ['Incorporated|Inc\\.', 'Inc'],
    ['Corporation|Corp\\.', 'Corp'],
    // In lower case the long one is as good a name: "quill company".
    ['Co\\b\\.?', 'Company'],
  ] as const
).map(([forms, name]) => [new RegExp(`${START}(?:${forms})${END}`, 'gu'), name] as const);

export const companies = (text: string): string =>
  kinds.reduce((written, [form, name]) => written.replaceAll(form, name), text);
