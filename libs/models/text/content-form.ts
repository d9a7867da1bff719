// How a chat template takes what a message says and shows: as one text, or part by part.

import type { ContentPart } from '../types.js';
import type { Shown } from './tool-messages.js';

/**
 * - `text`: it shows a text, and knows no parts.
 * - `parts`: it walks over parts, and drops a text that is none.
 * - `both`: either.
 */
export type ContentForm = 'text' | 'parts' | 'both';

/** Stands for what is said; no template trims or escapes it. */
const PROBE = 'lethe-probe';
/** What a list of parts looks like where it is written out as it is. */
const WRITTEN = /['"]type['"]/;

/** @param render a conversation; what it throws, it does not take. */
export function contentForm(render: (messages: readonly Shown[]) => string): ContentForm {
  const shows = (content: unknown): boolean => {
    try {
      const text = render([{ role: 'user', content }]);
      return text.includes(PROBE) && !WRITTEN.test(text);
    } catch {
      return false;
    }
  };
  const takesText = shows(PROBE);
  const takesParts = shows([{ type: 'image' }, { type: 'text', text: PROBE }]);
  if (takesText && takesParts) return 'both';
  return takesParts ? 'parts' : 'text';
}

/**
 * A message as the template takes it. Where it knows no parts, pictures are placeholders on lines of
 * their own.
 */
export function inForm(message: Shown, form: ContentForm, placeholder: string): Shown {
  const { role, content } = message;
  // What a tool gives is written out whole, whatever it is.
  if (form === 'parts' && typeof content === 'string' && role !== 'tool')
    return { ...message, content: [{ type: 'text', text: content }] };
  if (form !== 'text' || !Array.isArray(content)) return message;
  const parts = content as readonly ContentPart[];
  const text = parts.map((part) => (part.type === 'text' ? part.text : placeholder)).join('\n');
  return { ...message, content: text };
}
