// Chat templates are written for Python's Jinja; where @huggingface/jinja follows JavaScript
// instead, they are led back.

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * White space to Python's str.strip: unlike JavaScript's trim, U+0085 and U+001C to U+001F are,
 * U+FEFF is not.
 */
const SPACE = '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

function lstrip(text: string, characters?: string | null): string {
  return text.replace(new RegExp(`^${classOf(characters)}+`, 'u'), '');
}

function rstrip(text: string, characters?: string | null): string {
  const of = classOf(characters);
  return text.replace(new RegExp(`(?<!${of})${of}+$`, 'u'), '');
}

function classOf(characters: string | null | undefined): string {
  return characters ? `[${characters.replace(/[\\\]^-]/g, '\\$&')}]` : SPACE;
}

const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean';

/** Python's ==: a text never equals a number or a truth value; True is 1. */
function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => equal(item.value, b[i].value));
  return isNumeric(a) && isNumeric(b) ? Number(a) === Number(b) : a === b;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** The time as of now in the words of English, whatever the machine's language. */
function strftimeNow(format: string): string {
  const now = new Date();
  const word = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', options).format(now);
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(now.getFullYear()),
    y: () => two(now.getFullYear() % 100),
    m: () => two(now.getMonth() + 1),
    d: () => two(now.getDate()),
    B: () => word({ month: 'long' }),
    b: () => word({ month: 'short' }),
    A: () => word({ weekday: 'long' }),
    a: () => word({ weekday: 'short' }),
    H: () => two(now.getHours()),
    I: () => two(now.getHours() % 12 || 12),
    p: () => (now.getHours() < 12 ? 'AM' : 'PM'),
    M: () => two(now.getMinutes()),
    S: () => two(now.getSeconds()),
    '%': () => '%',
  };
  return format.replace(/%(.)/g, (whole, letter: string) => parts[letter]?.() ?? whole);
}

/** What rewritten templates call, by name. */
export const PYTHON = {
  python_strip: (text: string, characters?: string | null) =>
    rstrip(lstrip(text, characters), characters),
  python_lstrip: lstrip,
  python_rstrip: rstrip,
  python_equal: equal,
  python_differs: (a: unknown, b: unknown) => !equal(a, b),
  python_strftime_now: strftimeNow,
};

const name = (value: string): Node => ({ type: 'Identifier', value });
const call = (callee: keyof typeof PYTHON, args: readonly unknown[]): Node => ({
  type: 'CallExpression',
  callee: name(callee),
  args,
});

/** @returns the parsed template with every strip, comparison and date as a call of PYTHON's. */
export function pythonic<T>(tree: T): T {
  return rewrite(tree) as T;
}

function rewrite(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(rewrite);
  if (tree instanceof Map)
    return new Map([...tree].map(([key, value]) => [rewrite(key), rewrite(value)]));
  if (typeof tree !== 'object' || tree === null) return tree;
  const entries = Object.entries(tree).map(([key, value]) => [key, rewrite(value)]);
  return replaced(
    Object.assign(
      Object.create(Object.getPrototypeOf(tree) as object) as object,
      Object.fromEntries(entries),
    ) as Node,
  );
}

function replaced(node: Node): Node {
  const { type } = node;
  const child = (key: string): Node => node[key] as Node;
  if (type === 'Identifier' && node['value'] === 'strftime_now') return name('python_strftime_now');
  if (type === 'BinaryExpression' && child('operator')['value'] === '==')
    return call('python_equal', [node['left'], node['right']]);
  if (type === 'BinaryExpression' && child('operator')['value'] === '!=')
    return call('python_differs', [node['left'], node['right']]);
  if (type === 'FilterExpression' && child('filter')['value'] === 'trim')
    return call('python_strip', [node['operand']]);
  if (type === 'CallExpression' && child('callee').type === 'MemberExpression') {
    const { object, property, computed } = child('callee') as Node & {
      object: unknown;
      property: Node;
      computed: boolean;
    };
    const method = /^[lr]?strip$/.test(String(property['value'])) && !computed;
    if (method)
      return call(`python_${property['value'] as 'strip'}`, [
        object,
        ...(node['args'] as unknown[]),
      ]);
  }
  return node;
}
