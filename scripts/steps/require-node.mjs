// @ts-check
// Imported first, and written in what every Node.js that knows modules understands: it explains why the rest would fail.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isSupported = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);

if (!isSupported) {
  console.error(
    `apprtc: needs Node.js 20.19 or newer (of 22: 22.12 or newer), but this is ${process.version}`,
  );
  process.exit(1);
}

export {};
