// How families of models write that they ask tools; the model's chat template tells which it is.

import { randomInt } from 'node:crypto';

export interface ToolFamily {
  /** What is found in templates that teach this. */
  readonly mark: string;
  /** Around a call, or all of them. */
  readonly open: string;
  readonly close: string;
  /** Whether calls are the items of a list, after one opening. */
  readonly isList: boolean;
  /** Whether a call may come without the opening, as all of the answer. */
  readonly isBare: boolean;
  /** The key of what a tool is given. */
  readonly given: 'arguments' | 'parameters';
  /** Calls of one answer. */
  readonly most: number;
  readonly newId: () => string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomLetters = (length: number): string =>
  Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');

const callId = (): string => `call_${randomLetters(24)}`;

export const toolFamilies = {
  /** Qwen 2.5 and 3, Granite 4 and others. */
  hermes: {
    mark: '<tool_call>',
    open: '<tool_call>\n',
    close: '\n</tool_call>',
    isList: false,
    isBare: false,
    given: 'arguments',
    most: 16,
    newId: callId,
  },
  mistral: {
    mark: '[TOOL_CALLS]',
    open: '[TOOL_CALLS]',
    close: '',
    isList: true,
    isBare: false,
    given: 'arguments',
    most: 16,
    // Its templates take no other ids.
    newId: () => randomLetters(9),
  },
  /** 3.1 and later. */
  llama: {
    mark: '<|python_tag|>',
    open: '<|python_tag|>',
    close: '',
    isList: false,
    isBare: true,
    given: 'parameters',
    most: 1,
    newId: callId,
  },
} as const satisfies Readonly<Record<string, ToolFamily>>;
export type FamilyName = keyof typeof toolFamilies;

/** Of templates that teach another way of writing between the same marks. */
const OTHERS = ['[ARGS]', '<function=', '<arg_key>'];

/** @returns undefined where the template teaches no way that is known here. */
export function familyNameOf(template = ''): FamilyName | undefined {
  if (OTHERS.some((other) => template.includes(other))) return undefined;
  const names = Object.keys(toolFamilies) as FamilyName[];
  return names.find((name) => template.includes(toolFamilies[name].mark));
}
