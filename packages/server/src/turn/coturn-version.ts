/** The version of a coturn: major, minor, patch. */
export type CoturnVersion = readonly [major: number, minor: number, patch: number];

/** A weakness of some versions that someone with a credential, or without, could use. */
export interface Weakness {
  /** Its CVE number, or the version that ended it. */
  readonly name: string;
  readonly since?: CoturnVersion;
  /** The first version without it. */
  readonly fixedIn: CoturnVersion;
  readonly what: string;
  /** How our configuration covers it, or that it does not. */
  readonly cover: string;
}

/** What is publicly known, oldest first. Sources: coturn's advisories and change log, NVD. */
export const weaknesses: readonly Weakness[] = [
  {
    name: 'CVE-2020-26262',
    fixedIn: [4, 5, 2],
    what: 'peers 0.0.0.0, [::1] and [::] reach the loopback interface',
    cover:
      'the deny list holds 0.0.0.0/8 and ::1, and no IPv6 relay address is given, so that [::] has no way',
  },
  {
    name: 'CVE-2025-69217',
    since: [4, 6, 2],
    fixedIn: [4, 8, 0],
    what: 'nonces and relay ports can be predicted, so that a client with a credential can forge its source address',
    cover:
      'not covered by a configuration; credentials that live for minutes and name their owner limit it',
  },
  {
    name: 'CVE-2026-27624',
    fixedIn: [4, 9, 0],
    what: '::ffff:127.0.0.1 and other IPv4-mapped peers slip past deny lists of IPv4',
    cover: 'the deny list holds ::ffff:0:0/96',
  },
  {
    name: 'CVE-2026-40613',
    fixedIn: [4, 10, 0],
    what: 'one packet can crash it on ARM64',
    cover: 'not covered by a configuration; it is started again',
  },
  {
    name: 'coturn 4.13.1, change 1945',
    fixedIn: [4, 13, 1],
    what: 'IPv4-compatible, 6to4 and NAT64 forms slip past deny lists of IPv4, link-local and unique-local peers are open',
    cover: 'the deny list holds each of these blocks',
  },
  {
    name: 'coturn 4.16.0',
    fixedIn: [4, 16, 0],
    what: 'IPv6 deny ranges that are no CIDR block have holes',
    cover: 'every range of the deny list is one CIDR block',
  },
];

/** Finds the version in what `turnserver --version` or its first lines of log say. */
export function parseCoturnVersion(output: string): CoturnVersion | undefined {
  const match =
    /coturn[- ]v?(\d+)\.(\d+)\.(\d+)/i.exec(output) ?? /^\s*(\d+)\.(\d+)\.(\d+)/m.exec(output);
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Whether `version` is at least `other`. */
export function isAtLeast(version: CoturnVersion, other: CoturnVersion): boolean {
  for (const [at, part] of version.entries()) {
    const than = other[at] ?? 0;
    if (part !== than) return part > than;
  }
  return true;
}

export function versionText(version: CoturnVersion | undefined): string {
  return version === undefined ? 'of unknown version' : version.join('.');
}

/** What a version is vulnerable to. One that is unknown may have everything. */
export function weaknessesOf(version: CoturnVersion | undefined): readonly Weakness[] {
  if (version === undefined) return weaknesses;
  return weaknesses.filter(
    ({ since, fixedIn }) =>
      !isAtLeast(version, fixedIn) && (since === undefined || isAtLeast(version, since)),
  );
}
