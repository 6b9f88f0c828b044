import type { IceMode, IceSettings } from './ice-mode.ts';
import type { Option, ServerCommand } from './option.ts';
import type { Options } from './options.ts';

type Settled<Any> =
  Any extends Option<infer Value, infer Initial>
    ? Initial extends undefined
      ? Value | undefined
      : Value
    : never;

/** Every option with its value. */
export type Settings = { readonly [Key in keyof Options]: Settled<Options[Key]> };

/** How the port is encrypted. */
export type TlsMode =
  | { readonly kind: 'none' }
  | { readonly kind: 'files'; readonly certPath: string; readonly keyPath: string }
  | { readonly kind: 'self-signed' };

/** Where the signing secret comes from. */
export type SecretSource =
  | { readonly kind: 'given'; readonly secret: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'data-dir' };

/** What the server is configured to do: the settings, checked against each other and brought into one form. */
export interface Config
  extends Omit<
    Settings,
    'tls' | 'tlsCert' | 'tlsKey' | 'secret' | 'secretFile' | 'dataDir' | keyof IceSettings
  > {
  readonly command: ServerCommand;
  readonly tls: TlsMode;
  readonly secretSource: SecretSource;
  readonly ice: IceMode;
  /** Absolute. It may not exist yet. */
  readonly dataDir: string;
  /** Where programs are looked for, as in PATH. */
  readonly searchPath: string;
}
