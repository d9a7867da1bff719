// Finds rules that call themselves before anything is read: no text would tell how often.

import { FormError } from '../errors/form.error.js';
import type { Expression, Grammar } from './expression.js';

/** @throws FormError naming such a rule. */
export function checkRecursion({ rules }: Grammar): void {
  const empty = emptyRules(rules);
  const done = new Set<string>();
  for (const name of rules.keys()) visit(name, rules, empty, done);
}

/** Depth first, without the call stack: rules may be in each other by the thousand. */
function visit(
  from: string,
  rules: Grammar['rules'],
  empty: ReadonlySet<string>,
  done: Set<string>,
): void {
  const path: { name: string; calls: string[] }[] = [];
  const open = new Set<string>();
  const enter = (name: string): void => {
    if (open.has(name))
      throw new FormError(
        `${JSON.stringify(name.slice(0, 100))} begins with itself: expected some text before it`,
      );
    const body = rules.get(name);
    if (done.has(name) || !body) return;
    open.add(name);
    path.push({ name, calls: firstCalls(body, empty) });
  };
  enter(from);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const next = top.calls.pop();
    if (next !== undefined) {
      enter(next);
      continue;
    }
    path.pop();
    open.delete(top.name);
    done.add(top.name);
  }
}

/** Rules that spell nothing, among other things. */
function emptyRules(rules: Grammar['rules']): Set<string> {
  const empty = new Set<string>();
  for (let size = -1; size < empty.size;) {
    size = empty.size;
    for (const [name, body] of rules) if (isEmpty(body, empty)) empty.add(name);
  }
  return empty;
}

function isEmpty(expression: Expression, empty: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'text':
      return expression.text === '';
    case 'token':
    case 'characters':
      return false;
    case 'sequence':
      return expression.items.every((item) => isEmpty(item, empty));
    case 'choice':
      return expression.items.some((item) => isEmpty(item, empty));
    case 'repeat':
      return expression.least === 0 || isEmpty(expression.item, empty);
    case 'rule':
      return empty.has(expression.name);
  }
}

/** Rules that an expression may call before anything is read. */
function firstCalls(expression: Expression, empty: ReadonlySet<string>): string[] {
  switch (expression.kind) {
    case 'text':
    case 'token':
    case 'characters':
      return [];
    case 'sequence': {
      const at = expression.items.findIndex((item) => !isEmpty(item, empty));
      const begun = at < 0 ? expression.items : expression.items.slice(0, at + 1);
      return begun.flatMap((item) => firstCalls(item, empty));
    }
    case 'choice':
      return expression.items.flatMap((item) => firstCalls(item, empty));
    case 'repeat':
      return expression.most === 0 ? [] : firstCalls(expression.item, empty);
    case 'rule':
      return [expression.name];
  }
}
