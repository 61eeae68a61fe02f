/** The options of `sweep` and `worker` that say which server to speak to, and how to be let in. */
import type { Command } from 'commander';
import { numberAbove, wholeNumber } from '../options.ts';
import { PASSWORD, TOKEN, USER } from './nats-connect.ts';
import { DEFAULT_SERVER, LEASE_MS, type ServerOptions } from './nats-server.ts';

export interface ServerFlags {
  /** True where no address follows. */
  readonly nats?: string | boolean;
  readonly natsCreds?: string;
  readonly natsCa?: string;
  /** Seconds. */
  readonly lease?: number;
  readonly replicas?: number;
}

export const addServerOptions = (command: Command): Command =>
  command
    .option('--nats [url]', `NATS server with JetStream (default: ${DEFAULT_SERVER}); several with commas between`)
    // Secrets are no options: other users of a machine can read the words of a command.
    .option('--nats-creds <file>', `credentials file; a token comes from ${TOKEN}, a user from ${USER}, ${PASSWORD}`)
    .option('--nats-ca <file>', 'PEM file of the authority of a tls:// server')
    .option(
      '--lease <seconds>',
      `a worker silent for so long loses its job; set with the queue (default: ${LEASE_MS / 1000})`,
      numberAbove('--lease', 0, 3600),
    )
    .option(
      '--replicas <n>',
      'copies of every stream in a cluster of servers; set with the queue (default: 1)',
      wholeNumber('--replicas', { min: 1, max: 5 }),
    );

export const serverOptions = (
  { nats, natsCreds, natsCa, lease, replicas }: ServerFlags,
  environment: NodeJS.ProcessEnv = process.env,
): ServerOptions => ({
  url: typeof nats === 'string' ? nats : DEFAULT_SERVER,
  creds: natsCreds,
  ca: natsCa,
  leaseMs: lease === undefined ? undefined : lease * 1000,
  replicas,
  token: environment[TOKEN],
  user: environment[USER],
  password: environment[PASSWORD],
});
