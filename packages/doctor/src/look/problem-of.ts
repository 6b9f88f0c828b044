const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens on that port (connection refused)',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'no route to that host',
  ENETUNREACH: 'no route to that network',
  ENOTFOUND: 'that name is not known (DNS)',
  EAI_AGAIN: 'that name could not be looked up (DNS does not answer)',
  ETIMEDOUT: 'no answer in time',
  EPIPE: 'the connection was closed',
};

/** Why something over the network did not work, for a person. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // One for each address of a name that has several.
  if (error instanceof AggregateError && error.errors.length > 0) return problemOf(error.errors[0]);
  const code = 'code' in error ? String(error.code) : '';
  return words[code] ?? (error.message === '' ? code : error.message);
}
