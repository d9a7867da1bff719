// A certificate authority for the services of one platform.

import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

/** What a certificate may be shown for. */
export type Role = 'client' | 'server';

/** PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const usages = { client: ExtendedKeyUsage.clientAuth, server: ExtendedKeyUsage.serverAuth };
const newKeys = () => webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);

/** Its key is in memory alone: who finds its certificates can issue no other. */
export class Authority {
  private constructor(
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly issuer: X509Certificate,
    private readonly validity: Validity,
  ) {}

  static async create(validity: Validity): Promise<Authority> {
    const keys = await newKeys();
    const issuer = await X509CertificateGenerator.createSelfSigned({
      ...validity,
      name: 'CN=Lethe',
      keys,
      signingAlgorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority(keys, issuer, validity);
  }

  get certificate(): string {
    return `${this.issuer.toString('pem')}\n`;
  }

  /** @param name by which the other side knows who shows the certificate. */
  async issue(name: string, role: Role, validity = this.validity): Promise<Certified> {
    const keys = await newKeys();
    const names: JsonGeneralName[] = [{ type: 'dns', value: name }];
    const certificate = await X509CertificateGenerator.create({
      ...validity,
      subject: `CN=${name}`,
      issuer: this.issuer.subject,
      signingKey: this.keys.privateKey,
      publicKey: keys.publicKey,
      signingAlgorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([usages[role]]),
        new SubjectAlternativeNameExtension(names),
        await AuthorityKeyIdentifierExtension.create(this.issuer),
      ],
    });
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return {
      certificate: `${certificate.toString('pem')}\n`,
      key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n`,
    };
  }
}
