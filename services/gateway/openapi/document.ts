// Serves /openapi.json, made from the handlers and their zod schemas.
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

export function serveDocument(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Lethe')
    .setDescription("OpenAI's API for files, fine-tuning, models and completions, with unlearning as a fine-tuning method.")
    .setVersion('1')
    .addBearerAuth({ type: 'http', description: "A tenant's key: lk-..." }, 'tenant')
    .addBearerAuth({ type: 'http', description: "The operator's ADMIN_KEY" }, 'admin')
    .build();
  const document = () => SwaggerModule.createDocument(app, config);
  SwaggerModule.setup('docs', app, document, { ui: false, raw: ['json'], jsonDocumentUrl: 'openapi.json' });
}
