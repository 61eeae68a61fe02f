/**
 * The way to a NATS server: addresses, who lets one in, and what is said where that fails.
 *
 * In: addresses, credentials, an authority. Out: a connection, or an error that names the next step. No secret is ever
 * part of a message.
 */
import { readFile } from 'node:fs/promises';
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { LatentError } from 'latent-plane';
import { inputError, reasonOf, workError } from 'latent-plane/internal';
import { systemCode } from '../files/file-system.ts';
import { fileSize, shownPath } from '../files/read-error.ts';

/** A silent connection is looked at so often, and given up after the second look without an answer. */
const PING_EVERY_MS = 5000;
const MAX_PINGS_OUT = 2;

export const TOKEN = 'LATENT_NATS_TOKEN';
export const USER = 'LATENT_NATS_USER';
export const PASSWORD = 'LATENT_NATS_PASSWORD';

export interface ConnectOptions {
  /** Several with commas between: any of them will do. */
  readonly url: string;
  /** Credentials file. */
  readonly creds?: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly ca?: string;
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
}

/** Addresses as they may be printed. */
export const shownUrl = (url: string): string => url.replace(/(^|,|\/\/)[^@/,]*@/g, '$1***@');

const addressesOf = (url: string): string[] => {
  // The client would leave them out without a word, and every user of the machine could read them.
  if (url.includes('@'))
    throw inputError('invalid-option', {
      at: { option: '--nats' },
      expected: 'addresses without credentials, which others can read in the list of processes',
      got: shownUrl(url),
      hint: `put a token in ${TOKEN}, a user in ${USER} and ${PASSWORD}, or take --nats-creds FILE`,
    });
  return url
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
};

const readSecret = async (option: string, path: string): Promise<Uint8Array> => {
  try {
    await fileSize(path);
    return await readFile(path);
  } catch (cause) {
    throw inputError(
      'no-file',
      {
        at: { option, file: shownPath(path) },
        problem: `could not be read (${systemCode(cause) ?? String(cause)})`,
        expected: 'a file',
        hint: 'name another',
      },
      { cause },
    );
  }
};

const credentials = async ({ creds, token, user, password }: ConnectOptions): Promise<ConnectionOptions> => {
  if (creds === undefined) return token ? { token } : user ? { user, pass: password } : {};
  const authenticator = credsAuthenticator(await readSecret('--nats-creds', creds));
  try {
    // It reads the file only when it is asked.
    authenticator('nonce');
  } catch (cause) {
    throw inputError(
      'invalid-credentials',
      {
        at: { option: `--nats-creds ${creds}` },
        expected: "a user's JWT and seed as `nsc generate creds` writes them",
        got: 'another file',
        hint: 'name that file',
      },
      { cause },
    );
  }
  return { authenticator };
};

const givenWords = ({ creds, token, user }: ConnectOptions): string =>
  creds !== undefined
    ? `the credentials in ${creds}`
    : token
      ? `the token in ${TOKEN}`
      : user
        ? `user and password`
        : '';

/** Node's codes of a certificate that proves nothing to us. */
const CERTIFICATE = /^(ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/;

const refusal = (options: ConnectOptions, cause: unknown): LatentError => {
  const url = shownUrl(options.url);
  const reason = reasonOf(cause);
  const code = systemCode(cause) ?? systemCode(cause instanceof Error ? cause.cause : undefined) ?? '';
  if (cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError) {
    const given = givenWords(options);
    return inputError(
      'no-access',
      {
        problem:
          given === ''
            ? `${url}: the server lets in only whom it knows; set ${TOKEN}, or ${USER} and ${PASSWORD}, or name a file with --nats-creds`
            : `${url}: the server refuses ${given}; ask who keeps the server for the right one`,
      },
      { cause },
    );
  }
  if (CERTIFICATE.test(code))
    return inputError(
      'no-trust',
      {
        problem:
          code === 'ERR_TLS_CERT_ALTNAME_INVALID'
            ? `${url}: the server's certificate is of another name (${reason}); take the address that it names`
            : `${url}: the server's certificate is signed by nobody known here (${code}); name its authority with --nats-ca FILE`,
      },
      { cause },
    );
  if (reason.includes("'tls'"))
    return inputError(
      'no-tls',
      {
        at: { file: url },
        expected: 'TLS, the server offers none, so nothing was sent',
        hint: 'start it with --tls, or for this machine alone take nats://127.0.0.1',
      },
      { cause },
    );
  return workError(
    'no-server',
    {
      at: { file: url },
      expected: 'a NATS server with JetStream',
      got: `none (${reason})`,
      hint: 'start one: nats-server -js -a 127.0.0.1',
    },
    { cause },
  );
};

/** @throws LatentError (input) `no-access`, `no-trust`, `no-tls`, `no-file`, `invalid-credentials`; (work) `no-server`. */
export const connectTo = async (options: ConnectOptions): Promise<NatsConnection> => {
  const servers = addressesOf(options.url);
  const ca = options.ca === undefined ? null : await readSecret('--nats-ca', options.ca);
  const isTls = ca !== null || servers.some((address) => address.startsWith('tls://'));
  const auth = await credentials(options);
  try {
    return await connect({
      servers,
      // A server that is away for an hour ends nothing.
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      pingInterval: PING_EVERY_MS,
      maxPingOut: MAX_PINGS_OUT,
      ...auth,
      // Asked for, it is insisted on: the client itself does not look at `tls://`.
      ...(isTls ? { tls: ca === null ? {} : { ca: new TextDecoder().decode(ca) } } : {}),
    });
  } catch (cause) {
    throw refusal(options, cause);
  }
};

/** What is wrong with a connection that the client has given up for good; null while it may come back. */
export const closedError = (connection: NatsConnection, url: string): LatentError | null =>
  connection.isClosed()
    ? workError('no-server', {
        at: { subject: shownUrl(url) },
        problem: 'the server lets this process in no more',
        hint: 'see to its token or credentials, then start again',
      })
    : null;
