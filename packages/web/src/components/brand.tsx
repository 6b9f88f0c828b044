/** The product's mark and name. */
export function Brand() {
  return (
    <span class="brand">
      <svg viewBox="0 0 32 26" aria-hidden="true" focusable="false">
        <rect class="brand-them" x="1" y="1" width="18" height="15" rx="5" />
        <rect class="brand-me" x="13" y="10" width="18" height="15" rx="5" />
      </svg>
      AppRTC
    </span>
  );
}
