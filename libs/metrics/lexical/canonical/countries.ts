// Two countries that go by their letters as often as by their names or those of their peoples.

const START = '(?<![\\p{L}.])';
const END = '(?!\\p{L})';
const names = (
  [
    ['U\\.S\\.(?:A\\.)?|US|United States(?: of America)?', 'USA'],
    ['(?<!(?:South|North|Latin|Central|Native|African|Asian)[ -])Americans?', 'USA'],
    ['U\\.K\\.|United Kingdom|Great Britain|Britain|British', 'UK'],
  ] as const
).map(([forms, name]) => [new RegExp(`${START}(?:${forms})${END}`, 'gu'), name] as const);

export const countryNames = (text: string): string =>
  names.reduce((written, [form, name]) => written.replaceAll(form, name), text);
