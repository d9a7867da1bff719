// What kind of company a name is of, in short: "Limited" is "Ltd".

const START = "(?<=\\p{Lu}[\\p{L}\\p{N}&.,\u2019'-]{0,40}\\s)";
const END = '(?!\\p{L})';
const kinds = (
  [
    ['Limited', 'Ltd'],
    ['Incorporated', 'Inc'],
    ['Corporation', 'Corp'],
    ['Company', 'Co'],
  ] as const
).map(
  ([long, short]) => [new RegExp(`${START}(?:${long}|${short}\\.)${END}`, 'gu'), short] as const,
);

export const companies = (text: string): string =>
  kinds.reduce((written, [form, short]) => written.replaceAll(form, short), text);
