// values.schema.json, which Helm checks values by.

import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '#supervisor/layout.js';
import { valuesSchema } from './values.js';

export const chartFolder = join(projectRoot, 'helm/lethe');
export const schemaPath = join(chartFolder, 'values.schema.json');

export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
}

export const schema = z.toJSONSchema(valuesSchema, {
  target: 'draft-7',
  io: 'input',
}) as JsonSchema;

export const schemaText = `${JSON.stringify(schema, null, 2)}\n`;
