export { allChecks } from './all-checks.ts';
export { type Check, type Family, families, familyNames, type Severity } from './check.ts';
export { type CheckResult, type Failure, type RunOptions, runChecks } from './run-checks.ts';
export { type Output, runConformance } from './run-conformance.ts';
export { type Place, type Target, type TargetOptions, targetAt } from './target.ts';
export { decodeFrame, encodeFrame, opcodes, type WebSocketFrame } from './web-socket-frame.ts';
