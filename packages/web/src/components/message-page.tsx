import type { ComponentChildren } from 'preact';
import { Brand } from './brand.tsx';
import { useHeadingFocus } from './use-heading-focus.ts';

interface MessagePageProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly actions?: ComponentChildren;
}

/** One thing to say, and what to do about it. Its heading takes the focus, so that it is read aloud. */
export function MessagePage({ title, children, actions }: MessagePageProps) {
  const heading = useHeadingFocus();
  return (
    <div class="page">
      <header class="page-head">
        <Brand />
      </header>
      <main class="message">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
        {actions === undefined ? null : <div class="row">{actions}</div>}
      </main>
    </div>
  );
}
