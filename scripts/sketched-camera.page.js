// Runs in a page, before its scripts: a camera that shows a sketched person in a room instead of a test picture. The
// microphone stays the browser's.
const [width, height] = [1280, 720];
// Put there by the script before this one.
const sketch = window.cameraSketch;

/** @param {CanvasRenderingContext2D} paint @param {string} colour @param {readonly number[]} oval */
function blob(paint, colour, oval) {
  const [x = 0, y = 0, radiusX = 0, radiusY = 0] = oval;
  paint.fillStyle = colour;
  paint.beginPath();
  paint.ellipse(x, y, radiusX, radiusY, 0, 0, Math.PI * 2);
  paint.fill();
}

/** @param {CanvasRenderingContext2D} paint */
function drawRoom(paint) {
  const wall = paint.createLinearGradient(0, 0, 0, height);
  wall.addColorStop(0, sketch.wall[0]);
  wall.addColorStop(1, sketch.wall[1]);
  paint.fillStyle = wall;
  paint.fillRect(0, 0, width, height);
  paint.filter = 'blur(14px)';
  paint.fillStyle = sketch.light;
  paint.fillRect(880, 70, 250, 330);
  paint.fillStyle = sketch.wall[1];
  paint.fillRect(1000, 70, 10, 330);
  paint.fillRect(60, 420, 260, 24);
  for (const [at, colour] of ['#6d7f5c', '#8a6f4d', '#556b7a', '#7a5563'].entries()) {
    paint.fillStyle = colour;
    paint.fillRect(80 + at * 52, 320 + (at % 2) * 18, 40, 100 - (at % 2) * 18);
  }
  blob(paint, '#4e6b4a', [1140, 500, 90, 130]);
  paint.filter = 'none';
}

/** @param {CanvasRenderingContext2D} paint @param {number} sway */
function drawPerson(paint, sway) {
  const x = 620 + sway;
  if (sketch.hasLongHair) blob(paint, sketch.hair, [x, 400, 150, 235]);
  blob(paint, sketch.shirt, [x, 790, 330, 250]);
  paint.fillStyle = sketch.skin;
  paint.fillRect(x - 48, 440, 96, 130);
  blob(paint, sketch.skin, [x, 560, 70, 40]);
  blob(paint, sketch.hair, [x, 275, 138, 140]);
  blob(paint, sketch.skin, [x, 340, 112, 142]);
  paint.fillStyle = sketch.hair;
  paint.beginPath();
  paint.ellipse(x, 262, 122, 82, 0, Math.PI, Math.PI * 2);
  paint.fill();
  blob(paint, '#26201d', [x - 42, 335, 9, 12]);
  blob(paint, '#26201d', [x + 42, 335, 9, 12]);
  paint.strokeStyle = '#7c3f36';
  paint.lineWidth = 8;
  paint.lineCap = 'round';
  paint.beginPath();
  paint.arc(x, 385, 42, Math.PI * 0.18, Math.PI * 0.82);
  paint.stroke();
}

function sketchedTrack() {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const paint = canvas.getContext('2d');
  let turn = 0;
  setInterval(() => {
    turn += 1;
    if (paint === null) return;
    drawRoom(paint);
    drawPerson(paint, Math.sin(turn / 20) * 12);
  }, 100);
  return canvas.captureStream(10).getVideoTracks()[0];
}

const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted = {}) => {
  const stream = wanted.audio
    ? await open({ ...wanted, video: false, audio: wanted.audio })
    : new MediaStream();
  const track = wanted.video ? sketchedTrack() : undefined;
  if (track !== undefined) stream.addTrack(track);
  return stream;
};
