export { FakeAppRtcServer } from './fake-apprtc-server.ts';
export { FakeMediaStream, FakeTrack } from './fake-media.ts';
export { FakePeerConnection, fakePeerConnectionClass } from './fake-peer-connection.ts';
export { FakeServerSocket } from './fake-server-socket.ts';
export { FakeSessionServer } from './fake-session-server.ts';
export { FakeSocket, fakeSocketClass } from './fake-socket.ts';
export { HeldStore } from './held-store.ts';
export { ManualClock, settle } from './manual-clock.ts';
export { NotedConnection } from './noted-connection.ts';
export {
  type ContractCase,
  type CreatePeerConnection,
  checkPeerConnectionContract,
  peerConnectionContract,
} from './peer-connection-contract.ts';
export { roomCommands } from './room-commands.ts';
export { type Heard, RoomSimulation, simulatedCredential } from './room-simulation.ts';
export { roomStoreContract, type StoreContractCase } from './room-store-contract.ts';
export type { CreateRoomStore, StoreBounds } from './room-store-probe.ts';
export { SeededRandom } from './seeded-random.ts';
export { type HandedOn, SessionActor } from './session-actor.ts';
export { SessionStage } from './session-stage.ts';
export { type Link, SessionWorld } from './session-world.ts';
export { type AppliedMail, SimulatedMail } from './simulated-mail.ts';
