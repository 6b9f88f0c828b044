import type { ComponentChildren } from 'preact';

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** Crosses an icon out. */
const slash = <path d="M4 4l16 16" />;

const micBody = (
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>
);

const cameraBody = (
  <>
    <rect x="3" y="6.5" width="12" height="11" rx="2.5" />
    <path d="M15 11l6-3.5v9L15 13" />
  </>
);

export function MicIcon({ isOn }: { readonly isOn: boolean }) {
  return (
    <Icon>
      {micBody}
      {isOn ? null : slash}
    </Icon>
  );
}

export function CameraIcon({ isOn }: { readonly isOn: boolean }) {
  return (
    <Icon>
      {cameraBody}
      {isOn ? null : slash}
    </Icon>
  );
}

export function FullscreenIcon({ isOn }: { readonly isOn: boolean }) {
  return (
    <Icon>
      {isOn ? (
        <path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5" />
      ) : (
        <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />
      )}
    </Icon>
  );
}

export function HangUpIcon() {
  return (
    <Icon>
      <path d="M3 14.2c0-1 .3-1.9 1-2.6 4.5-4 11.5-4 16 0 .7.7 1 1.6 1 2.600v1.300c0 .7-.7 1.2-1.4 1l-3.3-1a1.2 1.2 0 0 1-.8-1.100v-1.900c-2.3-.7-4.7-.7-7 0v1.900c0 .5-.3.9-.8 1.100l-3.3 1c-.7.2-1.4-.3-1.4-1z" />
    </Icon>
  );
}

export function InfoIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 11v5.500M12 7.500v.01" />
    </Icon>
  );
}

export function CopyIcon() {
  return (
    <Icon>
      <rect x="9" y="9" width="11" height="11" rx="2.5" />
      <path d="M15 5.500A1.5 1.5 0 0 0 13.5 4h-8A1.5 1.5 0 0 0 4 5.500v8A1.5 1.5 0 0 0 5.5 15" />
    </Icon>
  );
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="M5 12.500l4.5 4.500L19 7.5" />
    </Icon>
  );
}

export function ShareIcon() {
  return (
    <Icon>
      <path d="M12 15V4M8 7.500L12 3.500l4 4M6 12v6.500A1.5 1.5 0 0 0 7.5 20h9a1.5 1.5 0 0 0 1.5-1.500V12" />
    </Icon>
  );
}

export function CloseIcon() {
  return (
    <Icon>
      <path d="M6 6l12 12M18 6L6 18" />
    </Icon>
  );
}

export function DiceIcon() {
  return (
    <Icon>
      <rect x="4" y="4" width="16" height="16" rx="3.5" />
      <path d="M8.5 8.500v.01M15.5 8.500v.01M12 12v.01M8.5 15.500v.01M15.5 15.500v.01" />
    </Icon>
  );
}

export function SoundIcon() {
  return (
    <Icon>
      <path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.500a7.8 7.8 0 0 1 0 11" />
    </Icon>
  );
}

export function PersonIcon() {
  return (
    <Icon>
      <circle cx="12" cy="8.5" r="4" />
      <path d="M4.5 20a7.5 7.5 0 0 1 15 0" />
    </Icon>
  );
}
