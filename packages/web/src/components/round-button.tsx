import type { ComponentChildren } from 'preact';

interface RoundButtonProps {
  readonly id?: string;
  /** Says what a press does, or what is switched where `isPressed` is given. */
  readonly label: string;
  readonly hint: string;
  readonly look?: 'plain' | 'off' | 'alert' | 'danger';
  readonly isPressed?: boolean;
  readonly isBusy?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

/** A control of the call: an icon with a label that is read aloud, and shown on pointing. */
export function RoundButton(props: RoundButtonProps) {
  const { id, label, hint, look = 'plain', isPressed, isBusy = false, onPress, children } = props;
  return (
    <button
      type="button"
      {...(id === undefined ? {} : { id })}
      class={`round-button is-${look}${isBusy ? ' is-busy' : ''}`}
      aria-label={label}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      data-hint={hint}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
