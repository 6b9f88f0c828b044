import { describe, expect, it } from 'vitest';
import { type IceState, iceNotes } from './ice-notes.ts';

function notes(state: Partial<IceState>): string {
  const all: IceState = {
    mode: 'none',
    urls: [],
    stunPort: 3478,
    stunProblem: null,
    isStunLocal: false,
    isServedByProxy: false,
    ...state,
  };
  return iceNotes(all).join('\n');
}

describe('what the start says of ICE', () => {
  it('[IC6] with nothing configured: which calls will not work, and how to mend it', () => {
    expect(notes({ isStunLocal: true })).toMatch(
      /^Calls go directly.*about one call in five.*\n.*--turn-urls.*docs\/turn\.md/,
    );
  });

  it('[SB5] names the port that must be let through', () => {
    expect(notes({})).toMatch(/^STUN answers on UDP port 3478: let it through/);
    const behind = notes({ isStunLocal: true, isServedByProxy: true });
    expect(behind).toMatch(/^STUN answers this machine only.*--stun-host 0\.0\.0\.0.*3478/);
    expect(notes({ mode: 'list', urls: ['turns:t.test:443'], stunPort: null })).toBe('');
  });

  it('[SB5] names a STUN port that is taken, and what that means', () => {
    const taken = notes({ stunPort: null, stunProblem: 'UDP port 3478 is in use' });
    expect(taken).toMatch(/^UDP port 3478 is in use: .*no STUN.*one network only.*--stun-port/);
  });

  it('names a list without TURN', () => {
    expect(notes({ mode: 'list', urls: ['stun:s.test'], stunPort: null })).toMatch(
      /^There is no TURN.*\n.*--turn-urls/,
    );
  });

  it('names what TURN without TLS on port 443 leaves out', () => {
    for (const urls of [['turn:t.test:443?transport=tcp'], ['turns:t.test']]) {
      expect(notes({ mode: 'turn', urls, stunPort: null })).toMatch(
        /lets only HTTPS out.*\n.*turns:.*:443/,
      );
    }
  });

  it('says nothing where all is there, or only a provider knows', () => {
    expect(notes({ mode: 'turn', urls: ['turns:t.test:443?transport=tcp'], stunPort: null })).toBe(
      '',
    );
    expect(notes({ mode: 'provider', stunPort: null })).toBe('');
  });
});
