/** Every bound of the wire in one place. Sizes are in bytes of UTF-8 unless the name says otherwise. */
export const limits = {
  /** [LM1] An HTTP body; a longer one is answered 413. */
  maxBodyBytes: 256 * 1024,
  /** [LM2] A WebSocket message; a longer one closes the socket with 1009. */
  maxFrameBytes: 256 * 1024,
  /** [LM3] Messages that wait for one member. */
  maxQueuedMessages: 1024,
  /** [LM4] Bytes that wait for one member. */
  maxQueuedBytes: 512 * 1024,
  /** [LM5] Characters of a room name. */
  maxRoomIdLength: 128,
  /** [LM6] Characters of a client id that we did not issue. Our own are 22. */
  maxClientIdLength: 128,
} as const;
