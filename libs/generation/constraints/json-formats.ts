// Formats of strings that are kept to, as regular expressions; others are annotations.

const day = '(0[1-9]|[12][0-9]|3[01])';
const date = `[0-9]{4}-((0[13578]|1[02])-${day}|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))`;
const hour = '([01][0-9]|2[0-3])';
const time = `${hour}:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-]${hour}:[0-5][0-9])`;
const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const part = '[A-Za-z0-9_-]{1,32}';

export const formats: ReadonlyMap<unknown, string> = new Map([
  ['date', date],
  ['time', time],
  ['date-time', `${date}T${time}`],
  ['uuid', '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'],
  ['email', `${part}(\\.${part}){0,3}@([A-Za-z0-9]{1,32}\\.){1,3}[A-Za-z]{2,12}`],
  ['ipv4', `(${octet}\\.){3}${octet}`],
]);
