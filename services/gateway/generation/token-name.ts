// What a token is called in log-probabilities.

interface Named {
  readonly id: number;
  /** What it stands for. */
  readonly text: Uint8Array;
}

export type Naming = (token: Named) => string;

/** Its text, or its bytes where they are part of a character, written as OpenAI does. */
export const byText: Naming = ({ text }) => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    return `bytes:${Array.from(text, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`;
  }
};

/** As vLLM writes it where ids are asked for. */
export const byId: Naming = ({ id }) => `token_id:${id}`;
