// A job's report for machines and for people.

import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { POLICY } from '#report-page/page.js';

export const reportFormats = ['json', 'html'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export const reportQuery = z.object({ format: z.enum(reportFormats).optional() });

const headers: Readonly<Record<ReportFormat, Readonly<Record<string, string>>>> = {
  json: { 'content-type': 'application/json; charset=utf-8' },
  html: {
    'content-type': 'text/html; charset=utf-8',
    // A model's words may be anything: they are shown, never run, and not in somebody's frame.
    'content-security-policy': `${POLICY}; frame-ancestors 'none'; sandbox`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  },
};

/** What is asked for by name goes before what is accepted. */
export const reportFormat = (
  format: ReportFormat | undefined,
  accept: string | undefined,
): ReportFormat => format ?? (accept?.includes('text/html') ? 'html' : 'json');

export const withReportHeaders = (reply: FastifyReply, format: ReportFormat): FastifyReply =>
  reply.headers(headers[format]);
