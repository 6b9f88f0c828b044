import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { MessagePage } from '../components/message-page.tsx';

interface SelfTestProps {
  readonly room: string;
}

/** Few people test themselves: the test comes only when it is asked for. */
export function SelfTestDoor({ room }: SelfTestProps) {
  const [Test, setTest] = useState<ComponentType<SelfTestProps> | 'failed' | null>(null);
  useEffect(() => {
    import('../self-test/self-test-screen.tsx')
      .then(({ loadSelfTest }) => loadSelfTest())
      .then(
        (loaded) => setTest(() => loaded),
        () => setTest('failed'),
      );
  }, []);
  if (Test === 'failed') {
    return <MessagePage title="The test could not be loaded">Load the page again.</MessagePage>;
  }
  return Test && <Test room={room} />;
}
