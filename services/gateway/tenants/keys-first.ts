// The key is looked at before the body is read: who has none makes nobody read 8 MB.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AdminGuard } from './admin.guard.js';
import { TenantGuard } from './tenant.guard.js';

/** Routes that it misses are guarded all the same, after their body. */
export function readKeysFirst(app: NestFastifyApplication): void {
  const tenants = app.get(TenantGuard);
  const operator = app.get(AdminGuard);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request, reply) => {
      const { url = '' } = request.routeOptions;
      if (url.startsWith('/v1/')) await tenants.admit(request, reply);
      if (url.startsWith('/admin/')) operator.admit(request);
    });
}
