import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import { type Parsed, parsed, refused } from '@apprtc/protocol';
import { type CertificateFacts, certificateFactsOf } from './certificate-facts.ts';
import { problemOf } from './problem-of.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body?: string;
  /** The page's own, as a browser sends it. */
  readonly origin?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly durationMs: number;
  /** Undefined without TLS. */
  readonly certificate: CertificateFacts | undefined;
}

/** More is not read: nothing that the doctor asks for is longer. */
const maxReplyBytes = 512 * 1024;

/** One request on a connection of its own, following no redirect, taking any certificate. */
export function ask(question: Question, timeoutMs: number): Promise<Parsed<Reply>> {
  const { method, url, body = '', origin } = question;
  const startMs = performance.now();
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method,
      agent: false,
      rejectUnauthorized: false,
      headers: {
        'User-Agent': 'apprtc-doctor',
        ...(origin === undefined ? {} : { Origin: origin }),
        ...(method === 'POST' ? { 'Content-Length': Buffer.byteLength(body) } : {}),
      },
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const settle = (reply: Parsed<Reply>) => {
      clearTimeout(timer);
      resolve(reply);
    };
    request.on('error', (error) => settle(refused(problemOf(error))));
    request.on('response', (response) => {
      const isTls = url.protocol === 'https:';
      const certificate = isTls ? certificateFactsOf(response.socket as TLSSocket) : undefined;
      readText(response).then(
        (text) => {
          const { statusCode: status = 0, headers } = response;
          const durationMs = performance.now() - startMs;
          settle(parsed({ status, headers, text, durationMs, certificate }));
        },
        (error: unknown) => settle(refused(problemOf(error))),
      );
    });
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response) {
    const bytes = piece as Buffer;
    length += bytes.length;
    if (length > maxReplyBytes) throw new Error(`an answer of more than ${maxReplyBytes} bytes`);
    pieces.push(bytes);
  }
  return decompressed(Buffer.concat(pieces), response.headers['content-encoding']).toString('utf8');
}

/** Nobody asked for it, and a small client can't: but the doctor wants to see what is inside. */
function decompressed(bytes: Buffer, encoding: string | undefined): Buffer {
  const bound = { maxOutputLength: maxReplyBytes };
  if (encoding === 'gzip' || encoding === 'deflate') return unzipSync(bytes, bound);
  return encoding === 'br' ? brotliDecompressSync(bytes, bound) : bytes;
}
