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

function CopyButton({ link }: { readonly link: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    void copyLink(link, document.getElementById('room-link-href')).then(setCopied);
  };
  return (
    <button type="button" class="button is-main" onClick={copy}>
      {isCopied ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">{isCopied ? 'Copied' : 'Copy link'}</span>
    </button>
  );
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

/** While alone: the link that brings the other one here. */
export function ShareCard({ link }: { readonly link: string }) {
  return (
    <div id="sharing-div" class="share-card">
      <h1>Waiting for someone to join</h1>
      <p class="quiet">Send this link to one person. The call begins when they open it.</p>
      <a id="room-link-href" class="link-box" href={link}>
        {link}
      </a>
      <div class="row">
        <CopyButton link={link} />
        <ShareButton link={link} />
      </div>
    </div>
  );
}
