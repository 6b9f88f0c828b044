/**
 * Why the server can't start or can't go on, in words for whoever runs it: the command line prints the message as one
 * line and exits with 1, without a stack. Everything else that is thrown is a bug.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The code of a Node.js system error such as `ENOENT`, or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
