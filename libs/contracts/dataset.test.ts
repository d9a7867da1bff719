import { describe, expect, it } from 'vitest';
import { DatasetError, parseDataset } from './dataset.js';

const lines = (...rows: unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

describe('parseDataset', () => {
  it('reads every layout into question and answer', () => {
    const rows = parseDataset(
      lines(
        {
          messages: [
            { role: 'system', content: 's' },
            { role: 'user', content: 'q1' },
            { role: 'assistant', content: 'a1' },
          ],
        },
        { question: 'q2', answer: 'a2', extra: 1 },
        { prompt: 'q3', completion: 'a3' },
        { text: 'q4', labels: 'a4' },
      ),
    );
    expect(rows).toEqual([1, 2, 3, 4].map((n) => ({ question: `q${n}`, answer: `a${n}` })));
  });

  it('reads the answers that a preference objective prefers', () => {
    const rows = parseDataset(
      lines(
        { question: 'q', answer: 'a', alternate: 'b' },
        { prompt: 'q', completion: 'a', alternates: ['b', 'c'] },
      ),
    );
    expect(rows.map((row) => row.alternates)).toEqual([['b'], ['b', 'c']]);
    expect(() => parseDataset(lines({ question: 'q', answer: 'a', alternate: ' ' }))).toThrow(
      'line 1: field "alternate" must not be empty',
    );
  });

  it('reads one JSON array, a byte order mark, empty lines and CRLF', () => {
    expect(parseDataset('[{"question":"q","answer":"a"}]')).toEqual([
      { question: 'q', answer: 'a' },
    ]);
    expect(
      parseDataset('\uFEFF{"question":"q","answer":"a"}\r\n\r\n{"question":"r","answer":"b"}\r\n'),
    ).toHaveLength(2);
    expect(parseDataset('\n')).toEqual([]);
  });

  it.each([
    ['{"question":"q","answer":"a"}\n{"question"', /^line 2: is not valid JSON/],
    ['{"question":"q","answer":"a"}\n\n{"question":"q"}', /^line 3: field "answer" /],
    ['{"question":"  ","answer":"a"}', /^line 1: field "question" must not be empty/],
    ['{"answer":"a"}', /^line 1: field "messages" is missing: expected messages, question\/answer/],
    [
      '{"messages":[{"role":"user","content":"q"},{"role":"user","content":"q"}]}',
      /^line 1: field "messages" must end with/,
    ],
    [
      '{"messages":[{"role":"robot","content":"q"},{"role":"assistant","content":"a"}]}',
      /^line 1: field "messages.0.role" /,
    ],
    ['"text"', /^line 1: must be a JSON object/],
    ['[1]', /^line 1: must be a JSON object/],
  ])('names the line and the field of %j', (content, message) => {
    expect(() => parseDataset(content)).toThrow(DatasetError);
    expect(() => parseDataset(content)).toThrow(message);
  });
});
