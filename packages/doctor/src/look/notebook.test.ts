import { describe, expect, it } from 'vitest';
import { lineOf } from '../finding.ts';
import { Notebook } from './notebook.ts';

describe('a notebook', () => {
  it('reads in the order of the report', () => {
    const notes = new Notebook();
    notes.note(lineOf('relay-call', 'b').fine('y'), lineOf('page', 'a').fine('x'));
    notes.note(lineOf('relay-call', 'c').fine('z'));
    expect(notes.read().map(({ tried }) => tried)).toEqual(['a', 'b', 'c']);
  });

  it('hides secrets, wherever they stand and whenever it is told of them', () => {
    const notes = new Notebook();
    notes.note(lineOf('page', 'at sesame-123').problem('saw sesame-123', 'mend sesame-123'));
    notes.hide('sesame-123');
    notes.hide('at');
    expect(notes.read()).toEqual([
      {
        check: 'page',
        verdict: 'problem',
        tried: 'at (hidden)',
        seen: 'saw (hidden)',
        advice: 'mend (hidden)',
      },
    ]);
  });

  it('lets no escape or line end through, and no endless text', () => {
    const notes = new Notebook();
    notes.note(lineOf('page', 'x').fine(`\u001b[31mred\r\n${'a'.repeat(10_000)}`));
    const seen = notes.read()[0]?.seen ?? '';
    expect(seen).toMatch(/^ \[31mred a+…$/);
    expect(seen.length).toBeLessThan(600);
  });
});
