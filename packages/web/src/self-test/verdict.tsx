import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CheckIcon, CloseIcon, InfoIcon } from '../components/icons.tsx';
import { type Outcome, type VerdictLine, worstOutcome } from './self-test-verdict.ts';

interface VerdictProps {
  readonly lines: readonly VerdictLine[];
  readonly onAgain: () => void;
  readonly children: ComponentChildren;
}

const titles: Readonly<Record<'good' | 'note' | 'bad', string>> = {
  good: 'All is well',
  note: 'You can call',
  bad: 'Something needs your attention',
};

const leads: Readonly<Record<'good' | 'note' | 'bad', string>> = {
  good: 'Camera, microphone and network are ready for a call.',
  note: 'The test went through, with something worth knowing.',
  bad: 'Here is what was found, and what you can do.',
};

const outcomeWords: Readonly<Record<Outcome, string>> = {
  good: 'Good',
  note: 'Worth knowing',
  bad: 'Not good',
  skipped: 'Not tried',
};

function OutcomeIcon({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome) {
    case 'good':
      return <CheckIcon />;
    case 'bad':
      return <CloseIcon />;
    case 'note':
      return <InfoIcon />;
    default:
      return <>–</>;
  }
}

function Line({ line }: { readonly line: VerdictLine }) {
  const { subject, outcome, tried, seen, advice } = line;
  return (
    <li class={`verdict-line is-${outcome}`} data-subject={subject} data-outcome={outcome}>
      <span class="verdict-mark" role="img" aria-label={outcomeWords[outcome]}>
        <OutcomeIcon outcome={outcome} />
      </span>
      <div class="verdict-words">
        <div class="verdict-head">
          <h2>{subject}</h2>
          <p class="quiet">{tried}</p>
        </div>
        <p class="verdict-seen">{seen}</p>
        {advice === '' ? null : <p class="verdict-advice">{advice}</p>}
      </div>
    </li>
  );
}

/** What the test found. Its heading takes the focus, and the whole is read aloud. */
export function Verdict({ lines, onAgain, children }: VerdictProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const worst = worstOutcome(lines);
  return (
    <main class="self-test" id="verdict">
      <h1 ref={heading} tabIndex={-1}>
        {titles[worst]}
      </h1>
      <p class="lead quiet" role="status" aria-live="polite">
        {leads[worst]}
      </p>
      <ul class="verdict">
        {lines.map((line) => (
          <Line key={line.subject} line={line} />
        ))}
      </ul>
      <div class="row">
        <button id="rejoin-button" type="button" class="button is-main is-large" onClick={onAgain}>
          Test again
        </button>
        {children}
      </div>
    </main>
  );
}
