/** Two people, each in a picture: what the page is for. */
export function PairPicture() {
  return (
    <svg class="pair-picture" viewBox="0 0 440 360" aria-hidden="true" focusable="false">
      <defs>
        <clipPath id="pair-them">
          <rect x="10" y="10" width="330" height="250" rx="28" />
        </clipPath>
        <clipPath id="pair-me">
          <rect x="240" y="190" width="190" height="150" rx="22" />
        </clipPath>
      </defs>
      <g clip-path="url(#pair-them)">
        <rect class="pair-back" x="10" y="10" width="330" height="250" />
        <circle class="pair-glow" cx="80" cy="40" r="150" />
        <circle class="pair-shape" cx="165" cy="118" r="50" />
        <path class="pair-shape" d="M60 290c0-70 45-104 105-104s105 34 105 104z" />
      </g>
      <rect class="pair-gap" x="232" y="182" width="206" height="166" rx="30" />
      <g clip-path="url(#pair-me)">
        <rect class="pair-accent" x="240" y="190" width="190" height="150" />
        <circle class="pair-dark" cx="335" cy="252" r="28" />
        <path class="pair-dark" d="M272 360c0-46 27-66 63-66s63 20 63 66z" />
      </g>
    </svg>
  );
}
