// @ts-check
import { run, runOrFail, StepError } from './run.mjs';

/** What the end-to-end tests run: browsers with emoji, a Redis server, a TURN server, the proxies of deploy/, and foreign WebRTC peers. */
const packages = [
  'chromium',
  'firefox-esr',
  'fonts-noto-color-emoji',
  'redis-server',
  'coturn',
  'nginx',
  'caddy',
  'haproxy',
  'systemd',
  'python3-aiortc',
  'python3-aiohttp',
  'python3-websockets',
  'python3-gst-1.0',
  'gir1.2-gst-plugins-bad-1.0',
  'gstreamer1.0-nice',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
];
const programs = [
  'chromium',
  'firefox-esr',
  'redis-server',
  'turnserver',
  'nginx, caddy and haproxy',
  'systemd-analyze',
  'python3 with aiortc and GStreamer',
];

/** Installs the Debian packages that are absent, or says how. Elsewhere it only says what is needed. */
export async function ensureDebianPackages() {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own syntax
  const query = await run('dpkg-query', ['-W', '-f', '${Package} ${Status}\\n', ...packages]);
  if (/ENOENT/.test(query.output)) {
    console.log(`This is not Debian: the tests need ${programs.join(', ')} on the PATH.`);
    return;
  }
  const installed = new Set(query.output.match(/^\S+(?= install ok installed$)/gm));
  const absent = packages.filter((name) => !installed.has(name));
  if (absent.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new StepError(
      `Debian packages are missing. Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${absent.join(' ')}`,
    );
  }
  console.log(`Installing Debian packages (once): ${absent.join(' ')}…`);
  await aptGet('update');
  await aptGet('install', '-y', '--no-install-recommends', ...absent);
}

/** @param {string[]} args */
async function aptGet(...args) {
  await runOrFail(
    `apt-get ${args.join(' ')} failed`,
    'apt-get',
    // Another apt-get may be at work: wait for it rather than fail.
    ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args],
    // The tests start the programs: no daemon is to start with its package and take a port.
    { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_OFFLINE: '1' } },
  );
}
