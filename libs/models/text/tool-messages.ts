// Messages of a conversation with tools: as templates know them, and whether one shows them all.

import { ConversationError } from '../errors/conversation.error.js';
import type { ChatMessage, ContentPart, ToolCall } from '../types.js';
import { withSeals } from './sealed-text.js';

type ChangeText = (text: string) => string;

/** The message with all texts in it changed, those in arguments included. */
export function mapTexts(message: ChatMessage, change: ChangeText): ChatMessage {
  const { role, content, parts, toolCalls, toolCallId, name } = message;
  return {
    role,
    content: change(content),
    ...(parts && { parts: parts.map((part) => mapPart(part, change)) }),
    ...(toolCalls && { toolCalls: toolCalls.map((call) => mapCall(call, change)) }),
    ...(toolCallId !== undefined && { toolCallId: change(toolCallId) }),
    ...(name !== undefined && { name: change(name) }),
  };
}

const mapPart = (part: ContentPart, change: ChangeText): ContentPart =>
  part.type === 'text' ? { type: 'text', text: change(part.text) } : part;

const mapCall = (call: ToolCall, change: ChangeText): ToolCall => ({
  id: change(call.id),
  name: change(call.name),
  arguments: mapJson(call.arguments, change) as ToolCall['arguments'],
});

/** The value with all texts in it changed, keys too. */
export function mapJson(value: unknown, change: ChangeText): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((inner) => mapJson(inner, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [change(key), mapJson(inner, change)]),
  );
}

/** A message as a template sees it. */
export type Shown = Readonly<Record<string, unknown>>;

const callsOf = ({ toolCalls }: ChatMessage): readonly ToolCall[] => toolCalls ?? [];
const isTool = ({ role }: ChatMessage): boolean => role === 'tool';

export const usesTools = (message: ChatMessage): boolean =>
  isTool(message) || callsOf(message).length > 0;

/** What templates take in different ways. */
interface Form {
  /** The content of an assistant that says nothing beside its calls. */
  readonly nothing: null | '';
  readonly write: (given: ToolCall['arguments']) => unknown;
}

const asObject: Form['write'] = (given) => given;
const asText: Form['write'] = (given) => withSeals(JSON.stringify(given));

/** The first is transformers'. */
const forms: readonly Form[] = [asObject, asText].flatMap((write) => [
  { nothing: null, write },
  { nothing: '', write },
]);

/** As OpenAI's API and transformers have it: templates ask whether a key is there. */
function shown(message: ChatMessage, { nothing, write }: Form): Shown {
  const { role, content, toolCallId, name } = message;
  if (isTool(message)) return { role, content, tool_call_id: toolCallId, name };
  const calls = callsOf(message).map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: write(call.arguments) },
  }));
  return calls.length > 0
    ? { role, content: content === '' ? nothing : content, tool_calls: calls }
    : { role, content };
}

/**
 * A conversation with tools, in the first form that the template takes and shows whole.
 * @throws ConversationError naming what it would drop in silence, or what it throws itself.
 */
export function renderTools(
  messages: readonly ChatMessage[],
  render: (messages: readonly Shown[]) => string,
): string {
  let loss: string | undefined;
  let refusal = new ConversationError('');
  for (const form of forms) {
    const run = (some: readonly ChatMessage[]): string =>
      render(some.map((message) => shown(message, form)));
    try {
      const text = run(messages);
      const lost = passedOver(messages, run);
      if (lost === undefined) return text;
      loss ??= `it does not show ${lost} to the model`;
    } catch (error) {
      refusal = error as ConversationError;
    }
  }
  if (loss !== undefined) throw new ConversationError(loss);
  const place = `with tools, from messages.${messages.findIndex(usesTools)} on`;
  throw new ConversationError(`${place}: ${refusal.message}`, {
    publicMessage: `${place}: ${refusal.publicMessage}`,
  });
}

/** A part of a conversation, and a text that is found where a template shows it. */
interface Part {
  readonly path: string;
  readonly mark: string;
}

/** A role that no template knows. */
const NO_ROLE = 'lethe-probe';

/**
 * The first part of a conversation that a template passes over, such as `messages.1.content`: it is
 * asked to render marks in the place of what tools bring, and a role that it cannot know.
 * @throws what `render` throws of the marked conversation.
 */
function passedOver(
  messages: readonly ChatMessage[],
  render: (messages: readonly ChatMessage[]) => string,
): string | undefined {
  const { marked, parts } = mark(messages);
  const text = render(marked);
  const lost = parts.find((part) => !text.includes(part.mark));
  if (lost) return lost.path;
  const answer = messages.findIndex(isTool);
  if (answer < 0) return undefined;
  const strange = marked.map((message) =>
    isTool(message) ? { ...message, role: NO_ROLE } : message,
  );
  try {
    return render(strange) === text ? `messages.${answer}.role` : undefined;
  } catch {
    return undefined;
  }
}

function mark(messages: readonly ChatMessage[]): { marked: ChatMessage[]; parts: Part[] } {
  const parts: Part[] = [];
  const marks = (path: string): string => {
    const part = { path, mark: `lethe-${parts.length}-probe` };
    parts.push(part);
    return part.mark;
  };
  const marked = messages.map((message, i) => {
    if (!usesTools(message)) return message;
    const path = `messages.${i}`;
    const toolCalls = callsOf(message).map(({ id }, j) => ({
      id,
      name: marks(`${path}.tool_calls.${j}.function.name`),
      arguments: { value: marks(`${path}.tool_calls.${j}.function.arguments`) },
    }));
    const isSaid = isTool(message) || message.content !== '';
    const content = isSaid ? marks(`${path}.content`) : '';
    return { ...message, content, ...(toolCalls.length > 0 ? { toolCalls } : {}) };
  });
  return { marked, parts };
}
