import { useEffect, useState } from 'preact/hooks';
import { CheckIcon, CopyIcon, ShareIcon } from './icons.tsx';

/** Copies where the browser lets the page do so; else marks the text for the person to copy. */
async function copyLink(link: string, anchor: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    if (anchor !== null) getSelection()?.selectAllChildren(anchor);
    return false;
  }
}

/** Whether the link has just been copied, and what copies it. */
function useCopy(link: string): readonly [boolean, () => void] {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    void copyLink(link, document.getElementById('room-link-href')).then(setCopied);
  };
  return [isCopied, copy];
}

/** A click that would leave the call; one with a modifier opens another tab. */
function isPlain(event: MouseEvent): boolean {
  return !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

function ShareButton({ link }: { readonly link: string }) {
  if (typeof navigator.share !== 'function') return null;
  const share = () => {
    // The person may think better of it, which rejects.
    navigator.share({ title: 'AppRTC call', url: link }).catch(() => {});
  };
  return (
    <button type="button" class="button" onClick={share}>
      <ShareIcon />
      Share
    </button>
  );
}

interface ShareCardProps {
  readonly link: string;
  /** The server is not reached: then nobody can come. */
  readonly isServerLate: boolean;
}

/** While alone: the link that brings the other one here. */
export function ShareCard({ link, isServerLate }: ShareCardProps) {
  const [isCopied, copy] = useCopy(link);
  const copyInstead = (event: MouseEvent) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    copy();
  };
  return (
    <div id="sharing-div" class={`share-card${isServerLate ? ' is-late' : ''}`}>
      <h1>{isServerLate ? 'Not ready for a call yet' : 'Waiting for someone to join'}</h1>
      <p class="quiet">
        {isServerLate
          ? 'The connection to the server (a WebSocket) does not open, so nobody can come in. Perhaps the network blocks it.'
          : 'Send this link to one person. The call begins when they open it.'}
      </p>
      <a id="room-link-href" class="link-box" href={link} onClick={copyInstead}>
        {link}
      </a>
      <div class="row">
        <button type="button" class={`button${isServerLate ? '' : ' is-main'}`} onClick={copy}>
          {isCopied ? <CheckIcon /> : <CopyIcon />}
          <span aria-live="polite">{isCopied ? 'Copied' : 'Copy link'}</span>
        </button>
        <ShareButton link={link} />
      </div>
    </div>
  );
}
