import type { RelayTrouble } from '../model/relay-words.ts';

interface RelayNoticeProps {
  readonly trouble: RelayTrouble | null;
}

/** Says why no relay carries the call. It goes when that is mended: until then nothing will come. */
export function RelayNotice({ trouble }: RelayNoticeProps) {
  if (trouble === null) return null;
  return (
    <div id="relay-notice" class="notice is-alert">
      <div class="notice-words">
        <p>
          <strong>{trouble.what}</strong>
          {trouble.mend}
        </p>
      </div>
    </div>
  );
}
