export type { ConnectionId } from './connection-id.ts';
