// JSON that comes with models.

/** Many times what any document of a model has; deeper ones exhaust the stack of what walks them. */
const MAX_DEPTH = 100;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'[]{}'].map((c) => c.charCodeAt(0));
const [QUOTE, BACKSLASH] = [...'"\\'].map((c) => c.charCodeAt(0));

/** A byte order mark before the text is left out, as editors on Windows write one. @throws SyntaxError */
export function parseJson(text: string): unknown {
  const json = text.replace(/^\ufeff/, '');
  if (isTooDeep(json)) throw new SyntaxError(`it is nested more than ${MAX_DEPTH} deep`);
  return JSON.parse(json);
}

function isTooDeep(json: string): boolean {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) isText = !isText;
    else if (isText) i += Number(code === BACKSLASH);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
