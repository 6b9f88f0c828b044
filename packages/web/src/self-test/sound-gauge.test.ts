import { describe, expect, it } from 'vitest';
import { powerOf, SoundGauge } from './sound-gauge.ts';

describe('powerOf', () => {
  it.each([
    [[0, 0, 0, 0], 0],
    [[1, -1, 1, -1], 1],
    [[0.5, -0.5], 0.25],
  ])('%j: %d', (samples, power) => {
    expect(powerOf(new Float32Array(samples))).toBe(power);
  });
});

describe('SoundGauge', () => {
  it('hears nothing, and breaks nothing, where there is no Web Audio', () => {
    const gauge = new SoundGauge();
    gauge.listen('own', null);
    expect(gauge.energyOf('own')).toBeNull();
    gauge.stop();
  });
});
