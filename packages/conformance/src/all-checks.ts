import type { Check } from './check.ts';
import { colliderChecks, waitingChecks } from './checks/collider-checks.ts';
import { colliderHttpChecks } from './checks/collider-http-checks.ts';
import { connectionChecks, loneFrameChecks } from './checks/connection-checks.ts';
import { deadlineChecks } from './checks/deadline-checks.ts';
import { lateRegisterChecks, leaverChecks, silentPeerChecks } from './checks/gone-peer-checks.ts';
import { httpChecks } from './checks/http-checks.ts';
import { iceChecks } from './checks/ice-checks.ts';
import { loopbackChecks } from './checks/loopback-checks.ts';
import { messageChecks } from './checks/message-checks.ts';
import { paramsChecks } from './checks/params-checks.ts';
import { pageChecks, roomServerChecks } from './checks/room-server-checks.ts';
import { seatChecks } from './checks/seat-checks.ts';
import { lives } from './lives/lives.ts';

/** Every line of a report, in its order. */
export const allChecks: readonly Check[] = [
  ...roomServerChecks,
  ...pageChecks,
  ...httpChecks,
  ...messageChecks,
  ...paramsChecks,
  ...iceChecks,
  ...connectionChecks,
  ...loneFrameChecks,
  ...colliderChecks,
  ...waitingChecks,
  ...colliderHttpChecks,
  ...seatChecks,
  ...silentPeerChecks,
  ...leaverChecks,
  ...lateRegisterChecks,
  ...loopbackChecks,
  ...lives,
  ...deadlineChecks,
];
