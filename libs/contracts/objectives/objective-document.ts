// The field `objective` as the API's description shows it.

import { documentOptions } from '../choices/choice.js';
import { type ObjectiveName, objectives, unlearningNames } from './index.js';

const documentOf = (name: ObjectiveName): object => ({
  type: 'object',
  description: objectives[name].summary,
  properties: {
    type: { type: 'string', enum: [name] },
    ...documentOptions(objectives[name].options),
  },
  required: ['type'],
  additionalProperties: false,
});

export const objectiveDocument = {
  description: 'How to forget: an objective by name, or with options of its own.',
  anyOf: [{ type: 'string', enum: [...unlearningNames] }, ...unlearningNames.map(documentOf)],
  default: 'relearn',
};
