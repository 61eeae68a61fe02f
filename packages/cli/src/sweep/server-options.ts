/** The options of `sweep` and `worker` that say which server to speak to, and how to be let in. */
import type { Command } from 'commander';
import { numberAbove } from '../options.ts';
import { DEFAULT_SERVER, LEASE_MS, type ServerOptions } from './nats-server.ts';

export interface ServerFlags {
  /** True where no address follows. */
  readonly nats?: string | boolean;
  readonly natsCreds?: string;
  readonly natsCa?: string;
  /** Seconds. */
  readonly lease?: number;
}

/** Not an option: other users of a machine can read the words of a command. */
const TOKEN = 'LATENT_NATS_TOKEN';

export const addServerOptions = (command: Command): Command =>
  command
    .option('--nats [url]', `NATS server with JetStream (default: ${DEFAULT_SERVER}); several with commas between`)
    .option('--nats-creds <file>', `credentials file for the server; a token comes from ${TOKEN}`)
    .option('--nats-ca <file>', 'PEM file of the authority of a tls:// server')
    .option(
      '--lease <seconds>',
      `a worker silent for so long loses its job; set with the queue (default: ${LEASE_MS / 1000})`,
      numberAbove('--lease', 0, 3600),
    );

export const serverOptions = (
  { nats, natsCreds, natsCa, lease }: ServerFlags,
  environment: NodeJS.ProcessEnv = process.env,
): ServerOptions => ({
  url: typeof nats === 'string' ? nats : DEFAULT_SERVER,
  creds: natsCreds,
  ca: natsCa,
  leaseMs: lease === undefined ? undefined : lease * 1000,
  token: environment[TOKEN],
});
