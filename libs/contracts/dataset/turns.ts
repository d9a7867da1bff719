// The turns of a row's conversation, whatever its layout: what was said, and what is to be learned.

import { imageFields, type ReadImage, readImagePart } from './images.js';
import { MAX_MESSAGES } from './limits.js';
import { isAbsent, type Row } from './row.js';

export interface Turn {
  /** Of the row, for what is wrong with the turn: `messages.2`. */
  readonly field: string;
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** A user's, in order. */
  readonly images?: readonly ReadImage[];
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
 * OpenAI's messages: text, or a list of parts, of which a user's may be images.
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
  if (image)
    return row.refuse(`${field}.${image}`, 'is not read: show it by a part of the type image_url');
  return {
    field,
    role,
    ...readContent(row, `${field}.content`, role, content),
    isLearned: readWeight(row, `${field}.weight`, role, message['weight']) !== 0,
  };
}

function readContent(
  row: Row,
  field: string,
  role: Turn['role'],
  content: unknown,
): Pick<Turn, 'content' | 'images'> {
  if (!Array.isArray(content)) return { content: row.checkText(field, content) };
  const images: ReadImage[] = [];
  let said = '';
  for (const [index, part] of content.entries()) {
    const at = `${field}.${index}`;
    if (isObject(part) && part['type'] === 'image_url')
      images.push(readImagePart(row, shownBy(row, at, role), part, said.length));
    else said += readText(row, at, part);
  }
  if (images.length > 0 && said.trim() === '')
    return row.refuse(field, 'must have text beside its images');
  return { content: row.checkText(field, said), ...(images.length > 0 ? { images } : {}) };
}

function shownBy(row: Row, field: string, role: Turn['role']): string {
  return role === 'user' ? field : row.refuse(field, "is an image: expected in a user's message");
}

function readText(row: Row, field: string, part: unknown): string {
  if (!isObject(part) || part['type'] !== 'text')
    return row.refuse(`${field}.type`, 'must be text or image_url: nothing else can be learned');
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
