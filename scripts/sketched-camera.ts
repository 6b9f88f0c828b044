import type { BrowserContext } from 'playwright-core';

/** How one sketched person looks; colours as CSS takes them. */
export interface Sketch {
  readonly wall: readonly [top: string, bottom: string];
  readonly light: string;
  readonly skin: string;
  readonly hair: string;
  readonly shirt: string;
  readonly hasLongHair: boolean;
}

export const sketches: readonly Sketch[] = [
  {
    wall: ['#c9b8a2', '#7d6a5a'],
    light: '#ffe9c4',
    skin: '#c98d6b',
    hair: '#2c1d18',
    shirt: '#2f6f6a',
    hasLongHair: true,
  },
  {
    wall: ['#9fb2bf', '#4c5c6b'],
    light: '#e6f3ff',
    skin: '#e8b795',
    hair: '#6b4a2b',
    shirt: '#8a4b4b',
    hasLongHair: false,
  },
];

/** Gives the pages of a context a camera that shows the sketched person. */
export async function giveSketchedCamera(context: BrowserContext, sketch: Sketch): Promise<void> {
  await context.addInitScript((look) => {
    Object.assign(window, { cameraSketch: look });
  }, sketch);
  await context.addInitScript({ path: `${import.meta.dirname}/sketched-camera.page.js` });
}
