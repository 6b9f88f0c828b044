import { doctorHelp, parseDoctorArguments } from './doctor-arguments.ts';
import { examine } from './examine.ts';
import { jsonReport } from './report/json-report.ts';
import { textReport } from './report/text-report.ts';

/** Where the command writes. */
export interface Output {
  /** Results. */
  out(text: string): void;
  /** What is wrong with the command line. */
  err(text: string): void;
}

/** The command `apprtc doctor`: its exit code. */
export async function runDoctor(args: readonly string[], output: Output): Promise<number> {
  const line = parseDoctorArguments(args);
  if (!line.ok) {
    output.err(`apprtc doctor: ${line.problem}\n`);
    return 2;
  }
  if (line.value === 'help') {
    output.out(doctorHelp);
    return 0;
  }
  const { url, isJson, isStrict, timeoutMs } = line.value;
  const startMs = performance.now();
  const findings = await examine(url, timeoutMs);
  const tookMs = performance.now() - startMs;
  const isOk = !findings.some(
    ({ verdict }) => verdict === 'problem' || (isStrict && verdict === 'warning'),
  );
  output.out(
    isJson
      ? jsonReport(url.origin, findings, tookMs, isOk)
      : textReport(url.origin, findings, tookMs),
  );
  return isOk ? 0 : 1;
}
