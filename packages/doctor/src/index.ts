export { type CheckId, checkIds, type Finding, type Verdict } from './finding.ts';
export { type Output, runDoctor } from './run-doctor.ts';
