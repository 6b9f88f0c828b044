export interface BlackVideo {
  readonly track: MediaStreamTrack;
  /** Ends the track and lets the canvas go. */
  stop(): void;
}

const redrawEveryMs = 1_000;

/**
 * A black picture to send while the camera is off: the camera's light goes out, and the other side sees black where
 * it would otherwise keep the last frame. Browsers only.
 */
export function blackVideoTrack(size = { width: 320, height: 180 }): BlackVideo {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext('2d');
  const draw = (): void => {
    if (context === null) return;
    context.fillStyle = 'black';
    context.fillRect(0, 0, canvas.width, canvas.height);
  };
  draw();
  const track = canvas.captureStream(1).getVideoTracks()[0];
  if (track === undefined) throw new Error('The canvas gave no video track');
  // A canvas gives a frame only when it is drawn on; without frames the other side never learns that it is black.
  const timer = setInterval(draw, redrawEveryMs);
  return {
    track,
    stop(): void {
      clearInterval(timer);
      track.stop();
      canvas.width = 0;
    },
  };
}
