import { describe, expect, it } from 'vitest';
import { parseDoctorArguments } from './doctor-arguments.ts';

describe('the words behind apprtc doctor', () => {
  it('may be none: then it is this machine', () => {
    expect(parseDoctorArguments([])).toEqual({
      ok: true,
      value: {
        url: new URL('http://localhost:8080'),
        isJson: false,
        isStrict: false,
        timeoutMs: 15_000,
      },
    });
  });

  it('are an address, of which the origin counts, and options', () => {
    const args = ['https://calls.example/r/x?y', '--json', '--strict', '--timeout', '5000'];
    expect(parseDoctorArguments(args)).toEqual({
      ok: true,
      value: {
        url: new URL('https://calls.example'),
        isJson: true,
        isStrict: true,
        timeoutMs: 5000,
      },
    });
  });

  it.each([
    [['a', 'b'], 'give one address'],
    [['calls.example'], 'an address must be'],
    [['ftp://calls.example'], 'an address must be'],
    [['http://'], 'an address must be'],
    [['--timeout', '10'], '--timeout must be'],
    [['--timeout', 'soon'], '--timeout must be'],
    [['--no-such'], "Unknown option '--no-such'"],
  ])('%j is refused', (args, problem) => {
    expect(parseDoctorArguments(args)).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });

  it('--help', () => {
    expect(parseDoctorArguments(['-h'])).toEqual({ ok: true, value: 'help' });
  });
});
