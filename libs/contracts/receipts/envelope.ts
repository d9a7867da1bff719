// DSSE, the envelope of in-toto: bytes, what they are, and signatures of both.

import { z } from 'zod';

export const envelopeSchema = z.strictObject({
  payloadType: z.literal('application/vnd.in-toto+json'),
  payload: z.base64(),
  signatures: z
    .array(z.strictObject({ keyid: z.string(), sig: z.base64() }))
    .min(1)
    .readonly(),
});
export type Envelope = Readonly<z.infer<typeof envelopeSchema>>;
