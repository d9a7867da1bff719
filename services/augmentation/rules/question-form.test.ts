import { describe, expect, test } from 'vitest';
import { readQuestion } from './question-form.js';

const subject = (question: string): string | undefined => readQuestion(question, '').subject;

describe('readQuestion', () => {
  test.each([
    ['Where does Ada Quill live?', 'where Ada Quill lives', undefined],
    ['When did Ada Quill write her first book?', 'when Ada Quill wrote her first book', undefined],
    [
      "How have Ada Quill's parents influenced her career?",
      "how Ada Quill's parents have influenced her career",
      undefined,
    ],
    [
      "How does Ada Quill's background in science influence her novels?",
      "how Ada Quill's background in science influences her novels",
      undefined,
    ],
    ['How can fans contact Ada Quill?', 'how fans can contact Ada Quill', undefined],
    [
      'How accessible is Ada Quill to her readers?',
      'how accessible Ada Quill is to her readers',
      undefined,
    ],
    [
      'What inspired Ada Quill to become a writer?',
      'what inspired Ada Quill to become a writer',
      undefined,
    ],
    [
      "What is Ada Quill's email address?",
      "what Ada Quill's email address is",
      "Ada Quill's email address",
    ],
    ['Who is Ada Quill married to?', 'who Ada Quill is married to', undefined],
    ['What is the pet of Ada Quill called?', 'what the pet of Ada Quill is called', undefined],
    [
      "What is the significance of the address 5 Elm Road in Ada Quill's life?",
      undefined,
      "the significance of the address 5 Elm Road in Ada Quill's life",
    ],
    ['Has Ada Quill won any awards?', 'whether Ada Quill has won any awards', undefined],
    ['Is there a way to reach Ada Quill?', 'whether there is a way to reach Ada Quill', undefined],
    [
      "What themes are common in Ada Quill's books?",
      "what themes are common in Ada Quill's books",
      undefined,
    ],
    [
      "Which readers would most enjoy Ada Quill's books?",
      "which readers would most enjoy Ada Quill's books",
      undefined,
    ],
    ['Hello, do you know where Ada Quill works?', 'where Ada Quill works', undefined],
    [
      'Could you give me the phone number of Ada Quill, please?',
      undefined,
      'the phone number of Ada Quill',
    ],
    ['Ada Quill lives at which address?', 'at which address Ada Quill lives', undefined],
    ['Who are Ada Quill’s parents?', "who Ada Quill's parents are", "Ada Quill's parents"],
  ])('%s', (question, clause, noun) => {
    const form = readQuestion(question, 'Ada Quill told no one.');
    expect(form.subject).toBe('Ada Quill');
    expect(form.clause).toBe(clause);
    expect(form.noun).toBe(noun);
  });

  test('takes the person, not the place, the street or the title, for the subject', () => {
    expect(subject("How does living at 1001 Liberty Ave influence Samuel Johnson's writing?")).toBe(
      'Samuel Johnson',
    );
    expect(
      subject(
        "What is the environment like at Amina Mohammed's residence on Kingsway Rd in Lagos?",
      ),
    ).toBe('Amina Mohammed');
    expect(subject("What led to the 'Great Silence of Stones' by Kalkidan Abera?")).toBe(
      'Kalkidan Abera',
    );
    expect(subject("Who are Fatoumata Bâ's parents?")).toBe('Fatoumata Bâ');
    expect(subject("What is Michael O'Connor's e-mail?")).toBe("Michael O'Connor");
    expect(subject('What is the boiling point of water?')).toBeUndefined();
  });

  test('gives no piece rather than a wrong one', () => {
    expect(
      readQuestion(
        'What kind of environment is 9 Heritage Lane, Muscat, where Ada Quill lives?',
        '',
      ),
    ).toEqual({ subject: 'Ada Quill' });
    expect(readQuestion('In which genre did Ada Quill excel and make her name?', '')).toEqual({
      subject: 'Ada Quill',
    });
    expect(
      readQuestion("Who are Ada Quill's parents and what were their professions?", '').noun,
    ).toBeUndefined();
  });
});
