export { type Heard, RoomSimulation } from './room-simulation.ts';
