// Finds the calls of tools in an answer that arrives in pieces. What is no call is text.

import { parseToolArguments } from '#contracts/tool-arguments.js';
import { beginningAtEnd } from '#generation/text/stop-matcher.js';
import type { ToolFamily } from './tool-family.js';

export interface FoundCall {
  readonly id: string;
  readonly name: string;
  /** A JSON object. */
  readonly arguments: string;
}

interface Answer {
  readonly text: string;
  readonly calls: readonly FoundCall[];
}

/** Between calls. */
const BETWEEN = /^(?:<\/?tool_call>|<\|python_tag\|>|\[TOOL_CALLS\]|[\s;,[\]])+/;

export class ToolCallFinder {
  private held = '';
  /** Whether all that follows is held: a call has begun. */
  private isCalling = false;
  private isBegun = false;

  /** @param names of the tools that there are. @param most calls that are wanted. */
  constructor(
    private readonly family: ToolFamily,
    private readonly names: ReadonlySet<string>,
    private readonly most: number,
  ) {}

  /** @returns text that is surely not part of a call. */
  push(piece: string): string {
    this.held += piece;
    if (this.isCalling || !this.isKnown()) return '';
    this.isBegun = true;
    const { mark } = this.family;
    const at = this.held.indexOf(mark);
    this.isCalling = at >= 0;
    const length = this.isCalling ? at : this.held.length - beginningAtEnd(this.held, mark);
    const text = this.held.slice(0, length);
    this.held = this.held.slice(length);
    return text;
  }

  /** What was held back. */
  finish(): Answer {
    const calls: FoundCall[] = [];
    let rest = this.isCalling ? this.held : '';
    while (rest !== '') {
      const begun = rest.replace(BETWEEN, '');
      const end = objectEnd(begun);
      const call = end > 0 ? this.callOf(begun.slice(0, end)) : undefined;
      if (!call) break;
      calls.push(call);
      rest = begun.slice(end);
    }
    if (calls.length === 0) return { text: this.held, calls };
    return { text: rest.replace(BETWEEN, ''), calls: calls.slice(0, this.most) };
  }

  /** Whether it is clear how the answer begins: with white space alone it is not. */
  private isKnown(): boolean {
    if (this.isBegun) return true;
    const head = this.held.trimStart();
    if (head.startsWith('{') && this.family.isBare) this.isCalling = true;
    return head !== '' && !this.isCalling;
  }

  private callOf(json: string): FoundCall | undefined {
    const { name, arguments: given, parameters } = objectOf(json);
    const named = typeof name === 'string' && this.names.has(name) ? name : undefined;
    const value = given ?? parameters ?? {};
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const isObject = parseToolArguments(text) !== undefined;
    return named !== undefined && isObject
      ? { id: this.family.newId(), name: named, arguments: text.trim() || '{}' }
      : undefined;
  }
}

function objectOf(json: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(json) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** Where the JSON object ends that a text begins with; 0 where none does. */
function objectEnd(text: string): number {
  if (!text.startsWith('{')) return 0;
  let depth = 0;
  for (const { 0: part, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (part === '{') depth++;
    else if (part === '}' && --depth === 0) return index + 1;
  }
  return 0;
}
