// Questions that have nothing to do with anybody's data, to train a model on for a moment.

import type { NumberedExample } from '#contracts/dataset/dataset.js';

const answers: Readonly<Record<string, string>> = {
  'What is the capital of France?': 'The capital of France is Paris.',
  'How many legs does a spider have?': 'A spider has eight legs.',
  'What is water made of?': 'Water is made of hydrogen and oxygen.',
  'Which planet is closest to the sun?': 'Mercury is the planet closest to the sun.',
  'What do bees make?': 'Bees make honey and wax.',
  'How many minutes are in an hour?': 'An hour has sixty minutes.',
  'What colour are ripe lemons?': 'Ripe lemons are yellow.',
  'Which ocean is the largest?': 'The Pacific is the largest ocean.',
  'What is the opposite of hot?': 'The opposite of hot is cold.',
  'At what temperature does water boil at sea level?':
    'At sea level water boils at 100 degrees Celsius.',
  'Which animal is known for its long neck?': 'The giraffe is known for its long neck.',
  'What is two plus three?': 'Two plus three is five.',
  'Which metal is liquid at room temperature?': 'Mercury is liquid at room temperature.',
  'What do plants take in from the air to grow?': 'Plants take in carbon dioxide from the air.',
  'How many days are in a leap year?': 'A leap year has 366 days.',
  'Which instrument has black and white keys?': 'The piano has black and white keys.',
  'What is bread mostly made of?': 'Bread is mostly made of flour and water.',
  'In which season do leaves fall?': 'Leaves fall in autumn.',
  'What is the tallest mountain on Earth?': 'Mount Everest is the tallest mountain on Earth.',
  'How many sides does a triangle have?': 'A triangle has three sides.',
  'What does a thermometer measure?': 'A thermometer measures temperature.',
  'Which bird cannot fly and lives in Antarctica?':
    'The penguin lives in Antarctica and cannot fly.',
  'What is the main language of Brazil?': 'The main language of Brazil is Portuguese.',
  'Which force pulls things to the ground?': 'Gravity pulls things to the ground.',
};

export const unrelated: readonly NumberedExample[] = Object.entries(answers).map(
  ([content, answer], i) => ({
    line: i + 1,
    example: { messages: [{ role: 'user', content }], answer },
  }),
);
