// Calls without a certificate of our authority are refused, each by an answer of its own.

import {
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { Logger } from '../log/logger.js';

const details = 'a certificate of the platform is needed';

/**
 * Of all methods, health included, before a message is read. gRPC tells of a certificate only where
 * TLS has accepted it; of a connection that resumes one without a certificate, TLS says that all is
 * well, and there is none to tell of.
 */
export const certifiedCallers =
  (log: Logger): ServerInterceptor =>
  ({ path }, call) => {
    if (call.getAuthContext().sslPeerCertificate) return new ServerInterceptingCall(call);
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata(() => {
        log.warn({ peer: call.getPeer(), method: path, reason: details }, 'call refused');
        call.sendStatus({ code: status.UNAUTHENTICATED, details });
      })
      .build();
    return new ServerInterceptingCall(call, { start: (next) => next(listener) });
  };
