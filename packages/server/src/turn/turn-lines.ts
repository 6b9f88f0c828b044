import { type CoturnVersion, versionText, weaknessesOf } from './coturn-version.ts';
import { isDeniedPeer } from './denied-peers.ts';
import { isIpv4, type TurnConfig, type TurnPlan } from './turn-plan.ts';

/** Said at the start as loudly as a log can. */
export const loopbackShout =
  'TURN LETS CLIENTS REACH THE LOOPBACK INTERFACE OF THIS MACHINE (--turn-allow-loopback): FOR TESTS ALONE, NEVER IN SERVICE';

/** What the operator is told of the TURN server when everything is ready. */
export function turnLines(
  config: Pick<
    TurnConfig,
    'turnPort' | 'turnTlsPort' | 'turnMinPort' | 'turnMaxPort' | 'turnAllowLoopback'
  >,
  { relays }: Pick<TurnPlan, 'relays'>,
  version: CoturnVersion | undefined,
): readonly string[] {
  const addresses = relays.map(({ external }) => external).join(' and ');
  const tls = config.turnTlsPort === undefined ? '' : `, TCP ${config.turnTlsPort} for TLS`;
  return [
    `TURN: coturn ${versionText(version)} relays calls on ${addresses}`,
    `Open in the firewall: UDP and TCP ${config.turnPort}${tls}, UDP ${config.turnMinPort} to ${config.turnMaxPort}`,
    ...privateLines(relays),
    ...weaknessLines(version),
    ...(config.turnAllowLoopback ? [`!!! ${loopbackShout} !!!`] : []),
  ];
}

function privateLines(relays: TurnPlan['relays']): readonly string[] {
  const inner = relays.find(({ external }) => isIpv4(external) && isDeniedPeer(external));
  if (inner === undefined) return [];
  return [
    `${inner.external} is no address of the open Internet: only devices on your network reach this relay.`,
    `Behind NAT forward these ports and give the public address: --turn-external-ip PUBLIC/${inner.local}`,
  ];
}

function weaknessLines(version: CoturnVersion | undefined): readonly string[] {
  const found = weaknessesOf(version);
  if (found.length === 0) return [];
  return [
    `coturn ${versionText(version)} has known weaknesses; a newer one has not:`,
    ...found.map(({ name, what, cover }) => `  ${name}: ${what}. Here: ${cover}.`),
  ];
}
