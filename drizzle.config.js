// For `npm run schema`, which writes the next migration after a change of the schema.

import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './services/gateway/database/schema.ts',
  out: './services/gateway/database/migrations',
});
