// Runs a chat template, which comes with a model, for so many steps and with values of such sizes as
// long conversations need, and no more.

import { Environment, Interpreter, type Template } from '@huggingface/jinja';
import { ConversationError } from '../errors/conversation.error.js';
import { withSeals } from './sealed-text.js';

interface Scope {
  set(name: string, value: unknown): void;
}

interface Value {
  value: unknown;
}

/** A filter, by name or called by name. */
interface Filter {
  readonly value?: string;
  readonly callee?: { readonly value?: string };
}

/** The package's own types of it are not found by who imports modules. */
const Unbounded = Interpreter as unknown as new (environment: object) => {
  applyFilter(operand: Value, filter: Filter, environment: unknown): Value;
  evaluate(statement: unknown, environment: unknown): Value;
  run(program: unknown): Value;
};

/** Of one rendering: a message takes up to 70 in the templates of published models. */
const MAX_STEPS = 1_000_000;
/** Characters and items that cost as much as a step, as values are made of them. */
const CHARACTERS = 64;
const ITEMS = 4;
const MAX_RANGE = 100_000;

class BoundedInterpreter extends Unbounded {
  private left = MAX_STEPS;

  override evaluate(statement: unknown, environment: unknown): Value {
    const value = super.evaluate(statement, environment);
    this.left -= 1 + costOf(value);
    if (this.left < 0) throw new ConversationError(`it takes more than ${MAX_STEPS} steps`);
    return value;
  }

  /** Texts are sealed before they come here, and JSON would escape that. */
  override applyFilter(operand: Value, filter: Filter, environment: unknown): Value {
    const result = super.applyFilter(operand, filter, environment);
    if ((filter.callee ?? filter).value === 'tojson')
      result.value = withSeals(result.value as string);
    return result;
  }
}

function costOf({ value }: Value): number {
  if (typeof value === 'string') return value.length / CHARACTERS;
  return Array.isArray(value) ? value.length / ITEMS : 0;
}

/** Python's, as a list. */
function range(from: number, to?: number, step = 1): number[] {
  const [start, stop] = to === undefined ? [0, from] : [from, to];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MAX_RANGE))
    throw new ConversationError(`range() has more than ${MAX_RANGE} items`);
  return Array.from({ length }, (_, i) => start + i * step);
}

const GLOBALS = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range,
  raise_exception(message: string): never {
    throw new Error(message);
  },
};

/**
 * @throws ConversationError for a template that does not end in time; Error where it cannot be
 * rendered with `given`, which may quote that.
 */
export function renderBounded({ parsed }: Template, given: Record<string, unknown>): string {
  const environment = new (Environment as unknown as new () => Scope)();
  for (const [name, value] of Object.entries({ ...GLOBALS, ...given }))
    environment.set(name, value);
  return String(new BoundedInterpreter(environment).run(parsed).value);
}
