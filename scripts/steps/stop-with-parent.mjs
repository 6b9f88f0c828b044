// @ts-check

/**
 * Makes a signal to npm reach us. npm passes it on to the shell between us, which dies of it without telling us; so we
 * notice that our parent is another one now. Started without npm there is nothing to do: then a parent may go.
 */
export function stopWithParent() {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  timer.unref();
}
