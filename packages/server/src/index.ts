export type { Config } from './config/config.ts';
export { parseCommand } from './config/parse-config.ts';
export type { Product } from './product.ts';
export { StartError } from './start-error.ts';
export { type RunningServer, startServer } from './start-server.ts';
