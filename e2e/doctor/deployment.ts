import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { IceConfig } from '@apprtc/protocol';
import { generate } from 'selfsigned';
import {
  type Fault,
  FaultyProxy,
  type PassingReply,
  type PassingRequest,
  type ProxyTls,
} from '../conformance/faulty-proxy.ts';
import { startProduct } from '../wire/product.ts';
import {
  type Coturn,
  type CoturnPlan,
  loopbackAddress,
  startCoturn,
  turnCredential,
} from './coturn.ts';

const command = fileURLToPath(new URL('../../packages/server/bin/apprtc.mjs', import.meta.url));
/** Two cores, shared: what is slow is not what is looked for. A later --timeout wins. */
const patience = ['--timeout', '30000'];
const dayMs = 24 * 60 * 60 * 1000;

/** A deployment: the product behind a proxy, with a relay. What is left out is as it should be. */
export interface Plan {
  readonly turn?: CoturnPlan;
  /** The relay is stopped before anybody comes. */
  readonly isTurnDown?: boolean;
  /** The body of `/v1alpha/iceconfig`, from the right one. */
  readonly ice?: (right: IceConfig, turn: Coturn) => string;
  readonly fault?: Fault;
  readonly https?: CertificatePlan;
  readonly turnCertificate?: CertificatePlan;
  /** The product does not know that there is a proxy. */
  readonly isProxyUntrusted?: boolean;
}

/** Which names a certificate is for, and until when. */
export interface CertificatePlan {
  readonly names?: readonly string[];
  readonly daysLeft?: number;
  readonly isUntrusted?: boolean;
}

export interface Deployment {
  readonly url: string;
  /** What must stand in no report. */
  readonly secrets: readonly string[];
  readonly turn: Coturn;
  /** Runs the built command against it. */
  doctor(...args: readonly string[]): Promise<Run>;
  /** The same, where something stands in front of it. */
  doctorAt(url: string, ...args: readonly string[]): Promise<Run>;
  close(): Promise<void>;
}

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `apprtc doctor`. `trusted`: certificates that this machine's own store would have. */
export async function runDoctor(args: readonly string[], trusted?: string): Promise<Run> {
  const child = spawn(process.execPath, [command, 'doctor', ...args], {
    env: {
      PATH: process.env['PATH'],
      ...(trusted === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted }),
    },
  });
  const [out, err] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: child.exitCode, out, err };
}

export async function deploy(plan: Plan = {}): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), 'apprtc-doctor-'));
  const tls = plan.https && (await certificate(plan.https));
  const host = loopbackAddress();
  const turnTls =
    plan.turnCertificate && (await certificate({ names: [host], ...plan.turnCertificate }));
  const trusted = join(folder, 'trusted.pem');
  const isTrusted = (one: CertificatePlan | undefined) => one !== undefined && !one.isUntrusted;
  const pems = [
    ...(isTrusted(plan.https) && tls ? [tls.cert] : []),
    ...(isTrusted(plan.turnCertificate) && turnTls ? [turnTls.cert] : []),
  ];
  await writeFile(trusted, pems.join('\n'));
  const turn = await startCoturn({ ...plan.turn, ...(turnTls ? { tls: turnTls } : {}) }, host);
  if (plan.isTurnDown) await turn.stop();
  const product = await startProduct({
    env: plan.isProxyUntrusted ? {} : { APPRTC_TRUST_PROXY: 'loopback' },
  });
  const proxy = await FaultyProxy.listen(product.port, tls);
  const credential = turnCredential(600);
  proxy.fault = withIce(plan, turn, credential);
  const doctorAt = (...args: readonly string[]) =>
    runDoctor([...patience, ...args], pems.length > 0 ? trusted : undefined);
  return {
    url: proxy.origin,
    secrets: [credential.username, credential.credential],
    turn,
    doctor: (...args) => doctorAt(proxy.origin, ...args),
    doctorAt,
    async close() {
      proxy.close();
      await product.stop();
      await turn.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Credential = ReturnType<typeof turnCredential>;

/** The proxy answers for the ICE configuration in the product's place. */
function withIce({ ice, fault = {}, turnCertificate }: Plan, turn: Coturn, own: Credential): Fault {
  const { host, port, tlsPort } = turn;
  const turns = turnCertificate ? [`turns:${host}:${tlsPort}?transport=tcp`] : [];
  const urls = [
    `turn:${host}:${port}?transport=udp`,
    `turn:${host}:${port}?transport=tcp`,
    ...turns,
    `stun:${host}:${port}`,
  ];
  const right: IceConfig = { lifetimeDuration: '600s', iceServers: [{ urls, ...own }] };
  const reply = (passing: PassingReply, request: PassingRequest): PassingReply => {
    const isIce = request.path.startsWith('/v1alpha/iceconfig');
    const body = isIce ? (ice?.(right, turn) ?? JSON.stringify(right)) : passing.body;
    const next = { ...passing, body };
    return fault.reply?.(next, request) ?? next;
  };
  return { ...fault, reply };
}

async function certificate(plan: CertificatePlan): Promise<ProxyTls> {
  const { names = ['127.0.0.1'], daysLeft = 90 } = plan;
  const altNames = names.map((name) =>
    /^[\d.]+$/.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
  );
  const made = await generate([{ name: 'commonName', value: `doctor test ${names.join(' ')}` }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 100 * dayMs),
    notAfterDate: new Date(Date.now() + daysLeft * dayMs + dayMs / 2),
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  return { key: made.private, cert: made.cert };
}
