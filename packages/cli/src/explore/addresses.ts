/**
 * Under which names the explorer's server is meant, where it is reached, and what is wrong with an address that it
 * cannot listen on.
 */
import { isIP } from 'node:net';
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { LatentError } from 'latent-plane';
import { inputError } from 'latent-plane/internal';

/** What was asked for, and what the system made of it. */
export interface Listening {
  /** As typed: an address or a name. */
  readonly host: string;
  /** That the server is bound to. */
  readonly address: string;
  readonly port: number;
}

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARDS: readonly string[] = ['0.0.0.0', '::'];

/** An address or a name as it stands in a link: IPv6 in brackets, without the zone, which is this machine's alone. */
const inLink = (host: string): string => {
  const [plain] = host.toLowerCase().split('%');
  return plain.includes(':') ? `[${plain}]` : plain;
};

/** The name in a Host header without its port: a tunnel may carry the page under another one. */
const hostName = (header: string | undefined): string => (header ?? '').toLowerCase().replace(/:\d{1,5}$/, '');

const isLiteral = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

/** Whether a Host header means this server; the first of `names` is told to whom it does not. */
export interface HostRule {
  readonly names: readonly string[];
  answersTo(header: string | undefined): boolean;
}

/**
 * A page on the web can let its own name lead to any address, this machine's included, and would then read what it gets
 * as its own (DNS rebinding). Such a request carries the foreign name, so only names are answered to that are this
 * machine's. Listening on all addresses, any address stands for it, those of a router or a container's host included:
 * who comes by an address came to that address, and no foreign page can.
 */
export const hostRule = ({ host, address }: Pick<Listening, 'host' | 'address'>): HostRule => {
  const everywhere = WILDCARDS.includes(address);
  const own = hostname().toLowerCase();
  const machine = isLoopback(address) ? [] : [own, `${own}.local`];
  const names = [...new Set([...(everywhere ? [] : [inLink(host), inLink(address)]), ...LOOPBACK_NAMES, ...machine])];
  return {
    names,
    answersTo: (header) => {
      const name = hostName(header);
      return names.includes(name) || (everywhere && isLiteral(name));
    },
  };
};

const addressesOf = (interfaces: Interfaces): readonly NetworkInterfaceInfo[] =>
  Object.values(interfaces).flatMap((list) => list ?? []);

const isLinkLocal = ({ family, address }: NetworkInterfaceInfo): boolean =>
  family === 'IPv6' && /^fe[89ab]/i.test(address);

/** Where the page is opened: on this machine, and on others. */
export const linksOf = (
  { host, address, port }: Listening,
  interfaces: Interfaces = networkInterfaces(),
): { readonly here: string; readonly elsewhere: readonly string[] } => {
  const link = (name: string): string => `http://${inLink(name)}:${port}/`;
  if (!WILDCARDS.includes(address)) return { here: link(host), elsewhere: isLoopback(address) ? [] : [link(host)] };
  const reached = addressesOf(interfaces).filter(
    (each) => !each.internal && !isLinkLocal(each) && (address === '::' || each.family === 'IPv4'),
  );
  return { here: link('127.0.0.1'), elsewhere: reached.map((each) => link(each.address)) };
};

/** What Node says of an address that is not this machine's, or of a name that leads nowhere. */
const FOREIGN = new Set(['EADDRNOTAVAIL', 'EINVAL', 'EAFNOSUPPORT']);
const NAMELESS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);

/** The error of a host that cannot be listened on; null for another error. */
export const hostError = (
  cause: unknown,
  host: string,
  interfaces: Interfaces = networkInterfaces(),
): LatentError | null => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (!FOREIGN.has(code) && !NAMELESS.has(code)) return null;
  const got = NAMELESS.has(code) ? 'a name that leads to no address' : 'another';
  const here = addressesOf(interfaces).map(({ address }) => address);
  const port =
    /^[^:]*:\d+$/.test(host) || host.includes('/') ? '; the port goes into --port, and no link is taken' : '';
  return inputError(
    'host-unknown',
    {
      at: { option: `--host ${host}` },
      expected: 'an address of this machine',
      got: `${got}${port}`,
      hint: `it has ${here.join(', ')}, and 0.0.0.0 is all of them`,
    },
    { cause },
  );
};
