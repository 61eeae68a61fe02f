import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { type NatsConnection, nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, latent } from '../runs/testing.ts';
import { type ConnectOptions, connectTo, shownUrl } from './nats-connect.ts';
import { freePorts, natsProgram, openWorkshop, type Workshop } from './testing.ts';

const TOKEN = 'a-token-that-nobody-may-see';
const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

/** @returns the address of a new server, without a scheme. */
const serve = async (name: string, words: readonly string[]): Promise<string> => {
  const [port] = await freePorts(1);
  await shop.server(port, name, words);
  return `127.0.0.1:${port}`;
};

/** `let in`, or what is said. */
const answer = async (options: ConnectOptions): Promise<string> => {
  let connection: NatsConnection;
  try {
    connection = await connectTo(options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  await connection.close();
  return 'let in';
};

describe('shownUrl', () => {
  it('hides what stands before an @', () => {
    expect(shownUrl('nats://a:b@one:4222,tls://c@two,d@three')).toBe('nats://***@one:4222,tls://***@two,***@three');
    expect(shownUrl('nats://127.0.0.1:4222')).toBe('nats://127.0.0.1:4222');
  });
});

describe.skipIf(natsProgram === null)('who is let in to a server', () => {
  it('a right token is, none or a wrong one is told what to do, and secrets in an address are refused', async () => {
    const url = await serve('token-server', ['--auth', TOKEN]);
    expect(await answer({ url, token: TOKEN })).toBe('let in');
    expect(await answer({ url })).toMatch(/^no-access: .* lets in only whom it knows; set LATENT_NATS_TOKEN, or/);
    const wrong = await answer({ url, token: 'another-secret' });
    expect(wrong).toMatch(/^no-access: .* refuses the token in LATENT_NATS_TOKEN; ask/);
    expect(wrong).not.toContain('another-secret');
    const inAddress = await answer({ url: `nats://${TOKEN}@${url}` });
    expect(inAddress).toMatch(/^invalid-option: --nats: expected addresses without credentials/);
    expect(inAddress).not.toContain(TOKEN);
  });

  it('a user with the right password is, with a wrong one not', async () => {
    const url = await serve('user-server', ['--user', 'ann', '--pass', 'right']);
    expect(await answer({ url, user: 'ann', password: 'right' })).toBe('let in');
    expect(await answer({ url, user: 'ann', password: 'wrong' })).toMatch(/^no-access: .* refuses user and password/);
  });

  it('the holder of a credentials file is, of another, of rubbish or of none not', async () => {
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwt = (issuer: nkeys.KeyPair, subject: nkeys.KeyPair, nats: Record<string, unknown>): string => {
      const [iss, sub] = [issuer.getPublicKey(), subject.getPublicKey()];
      const claims = part({ jti: sub, iat: 1, iss, sub, name: sub, nats: { version: 2, ...nats } });
      const signed = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${claims}`;
      return `${signed}.${Buffer.from(issuer.sign(new TextEncoder().encode(signed))).toString('base64url')}`;
    };
    const none = { subs: -1, data: -1, payload: -1 };
    const all = { ...none, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
    const limits = { ...all, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
    const [operator, system, account] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
    const jwts = [system, account].map((key, i) => [
      key.getPublicKey(),
      jwt(operator, key, { type: 'account', limits: i === 0 ? all : limits }),
    ]);
    const config = [
      `operator: ${jwt(operator, operator, { type: 'operator' })}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: { ${jwts.map(([key, value]) => `${key}: ${value}`).join('\n')} }`,
    ];
    await writeFile(shop.path('operator.conf'), config.join('\n'));
    const credsOf = async (name: string, issuer: nkeys.KeyPair): Promise<string> => {
      const user = nkeys.createUser();
      const rule = (label: string, content: string): string =>
        `-----BEGIN ${label}-----\n${content}\n------END ${label}------\n`;
      const token = rule('NATS USER JWT', jwt(issuer, user, { type: 'user', ...none }));
      await writeFile(shop.path(name), token + rule('USER NKEY SEED', text(user.getSeed())));
      return shop.path(name);
    };
    const url = await serve('creds-server', ['-c', shop.path('operator.conf')]);
    expect(await answer({ url, creds: await credsOf('right.creds', account) })).toBe('let in');
    const foreign = await credsOf('foreign.creds', nkeys.createAccount());
    expect(await answer({ url, creds: foreign })).toMatch(/^no-access: .* refuses the credentials in .*foreign\.creds/);
    await writeFile(shop.path('rubbish.creds'), 'rubbish');
    expect(await answer({ url, creds: shop.path('rubbish.creds') })).toMatch(/^invalid-credentials: .*nsc generate/);
    expect(await answer({ url, creds: shop.path('none.creds') })).toMatch(/^no-file: --nats-creds .*ENOENT/);
    expect(await answer({ url })).toMatch(/^no-access: .* lets in only whom it knows/);
  });

  it('asks for TLS where the address does, and sends no token to a server without', async () => {
    const url = await serve('plain-server', ['--auth', TOKEN]);
    expect(await answer({ url: `tls://${url}`, token: TOKEN })).toMatch(/^no-tls: .* offers none, so nothing was sent/);
  });

  it.skipIf(!hasOpenssl)(
    'with TLS (needs openssl) trusts the authority that was named alone, and no secret of a sweep lies anywhere after it',
    async () => {
      const openssl = (...words: readonly string[]): void => {
        const { status, stderr } = spawnSync('openssl', words, { cwd: shop.path('.') });
        expect(status, String(stderr)).toBe(0);
      };
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
      for (const name of ['ca', 'other'])
        openssl('req', '-x509', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
      openssl('req', ...key.slice(0, -2), '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
      await writeFile(shop.path('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
      const sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
      openssl('x509', '-req', '-in', 'server.csr', ...sign, '-out', 'server.pem');
      const tls = ['--tls', '--tlscert', shop.path('server.pem'), '--tlskey', shop.path('server.key')];
      const url = `tls://${await serve('tls-server', [...tls, '--auth', TOKEN])}`;
      const untrusted = /^no-trust: .* signed by nobody known here \([A-Z_]+\); name its authority with --nats-ca FILE/;
      expect(await answer({ url, token: TOKEN })).toMatch(untrusted);
      expect(await answer({ url, token: TOKEN, ca: shop.path('other.pem') })).toMatch(untrusted);
      expect(await answer({ url, token: TOKEN, ca: shop.path('none.pem') })).toMatch(/^no-file: --nats-ca .*ENOENT/);
      expect(await answer({ url, token: TOKEN, ca: shop.path('ca.pem') })).toBe('let in');

      const words = ['--nats-ca', shop.path('ca.pem')];
      const env = { LATENT_NATS_TOKEN: TOKEN };
      const { child, stderr } = shop.worker(url, { words, env });
      const file = await shop.sweepFile('secret.yaml', 1, 1);
      const sweep = ['sweep', file, '--nats', url, ...words, '--out', shop.path('secret'), '--json'];
      const end = await latent(sweep, { env });
      expect(end.code, end.stderr).toBe(0);
      child.kill('SIGTERM');
      for (const said of [end.stdout, end.stderr, stderr(), ...child.spawnargs]) expect(said).not.toContain(TOKEN);
      for (const folder of ['secret', 'tls-server'])
        for (const [name, bytes] of await filesBelow(shop.path(folder)))
          expect(bytes.includes(TOKEN), `${folder}/${name}`).toBe(false);
    },
  );
});
