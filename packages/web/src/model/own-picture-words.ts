import type { Device } from '../app/local-media.ts';
import { unreachable } from './unreachable.ts';

/** What stands where the own picture would be. */
export function ownPictureWords(camera: Device): string {
  switch (camera.name) {
    case 'starting':
      return 'Allow the camera and microphone, to see yourself here';
    case 'on':
      return '';
    case 'off':
      return 'Your camera is off';
    case 'failed':
      return 'No picture from your camera';
    default:
      return unreachable(camera);
  }
}
