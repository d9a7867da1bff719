// Serves /openapi.json, made from the handlers and their zod schemas.

import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

export function serveDocument(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Lethe')
    .setDescription(
      "OpenAI's API for files, fine-tuning, models and completions, with unlearning as a fine-tuning method.",
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', description: "A tenant's key: lk-..." }, 'tenant')
    .addBearerAuth({ type: 'http', description: "The operator's ADMIN_KEY" }, 'admin')
    .build();
  const document = () => withErrors(SwaggerModule.createDocument(app, config));
  SwaggerModule.setup('docs', app, document, {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
  });
}

const error = {
  description: 'Why the request was refused, or failed.',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['error'],
        properties: {
          error: {
            type: 'object',
            required: ['message', 'type', 'param', 'code'],
            properties: {
              message: { type: 'string' },
              type: { type: 'string' },
              param: { type: 'string', nullable: true, description: "The field's path." },
              code: { type: 'string', nullable: true },
            },
          },
        },
      },
    },
  },
};

/** Every answer that is no success has the same shape. */
function withErrors(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'patch', 'delete'] as const) {
      if (path[method]) path[method].responses.default = error;
    }
  }
  return document;
}
