/** What carries a session: a WebSocket, or a pair of HTTP requests. Frames are texts of JSON on one line. */
export interface SessionTransport {
  /** False from the moment either side closes. */
  readonly isOpen: boolean;
  /** Bytes that its reader lags behind. */
  readonly bufferedBytes: number;
  send(text: string): void;
  /** Asks for a sign of life below the frames, where there is such a thing. */
  ping(): void;
  /** Ends it in order, with a close code of the wire. */
  close(code: number): void;
  /** Ends it at once: nobody reads any more. */
  cut(): void;
}
