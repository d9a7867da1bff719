// The turns of a row's conversation, whatever its layout: what was said, and what is to be learned.

import { imageFields, isImagePart, refuseImage } from './images.js';
import { MAX_MESSAGES } from './limits.js';
import { isAbsent, type Row } from './row.js';

export interface Turn {
  /** Of the row, for what is wrong with the turn: `messages.2`. */
  readonly field: string;
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** An assistant's, and its weight is not 0. */
  readonly isLearned: boolean;
}

const roles: Readonly<Record<string, Turn['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};
/** What a message may hold beside its text, none of which can be kept. */
const unreadable = ['tool_calls', 'tool_call_id', 'function_call', 'audio', 'refusal'];

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * OpenAI's messages: text, or a list of text parts.
 * @throws DatasetError for a message that cannot be kept whole.
 */
export function readTurns(row: Row, field: string): Turn[] {
  const messages = row.get(field);
  if (!Array.isArray(messages) || messages.length === 0)
    return row.refuse(field, 'must be a list of messages');
  if (messages.length > MAX_MESSAGES)
    return row.refuse(field, `has ${messages.length} messages: expected at most ${MAX_MESSAGES}`);
  return messages.map((message, index) => readTurn(row, `${field}.${index}`, message));
}

function readTurn(row: Row, field: string, message: unknown): Turn {
  if (!isObject(message)) return row.refuse(field, 'must be an object with role and content');
  const { role: name, content } = message;
  const role = typeof name === 'string' && Object.hasOwn(roles, name) ? roles[name] : undefined;
  if (!role) return row.refuse(`${field}.role`, 'must be system, developer, user or assistant');
  const given = unreadable.find((key) => !isAbsent(message[key]));
  if (given) return row.refuse(`${field}.${given}`, 'cannot be learned: expected text alone');
  const image = imageFields.find((key) => !isAbsent(message[key]));
  if (image) return refuseImage(row, `${field}.${image}`);
  return {
    field,
    role,
    content: readContent(row, `${field}.content`, content),
    isLearned: readWeight(row, `${field}.weight`, role, message['weight']) !== 0,
  };
}

function readContent(row: Row, field: string, content: unknown): string {
  if (!Array.isArray(content)) return row.checkText(field, content);
  const parts = content.map((part, index) => readPart(row, `${field}.${index}`, part));
  return row.checkText(field, parts.join(''));
}

function readPart(row: Row, field: string, part: unknown): string {
  if (isObject(part) && isImagePart(part)) return refuseImage(row, field);
  if (!isObject(part) || part['type'] !== 'text')
    return row.refuse(`${field}.type`, 'must be text: nothing else can be learned');
  return typeof part['text'] === 'string'
    ? part['text']
    : row.refuse(`${field}.text`, 'must be text');
}

/** @returns 0 for whoever is not an assistant. */
function readWeight(row: Row, field: string, role: Turn['role'], weight: unknown): number {
  const isAssistant = role === 'assistant';
  if (weight === undefined || weight === null) return isAssistant ? 1 : 0;
  if (!isAssistant) return row.refuse(field, 'goes with an assistant message');
  return weight === 0 || weight === 1 ? weight : row.refuse(field, 'must be 0 or 1');
}
