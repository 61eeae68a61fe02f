import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hostError, hostRule, type Interfaces, linksOf } from './addresses.ts';

const interfaceOf = (address: string, family: 'IPv4' | 'IPv6', internal: boolean) =>
  family === 'IPv4'
    ? { address, family, internal, netmask: '', mac: '', cidr: null }
    : { address, family, internal, netmask: '', mac: '', cidr: null, scopeid: 0 };

const interfaces: Interfaces = {
  lo: [interfaceOf('127.0.0.1', 'IPv4', true), interfaceOf('::1', 'IPv6', true)],
  eth0: [
    interfaceOf('192.0.2.2', 'IPv4', false),
    interfaceOf('2001:db8::2', 'IPv6', false),
    interfaceOf('fe80::1', 'IPv6', false),
  ],
};

describe('hostRule', () => {
  const foreign = ['evil.example', 'evil.example:80', '192.0.2.2.evil.example', '[::1', '192.0.2', '', undefined];

  it.each(['0.0.0.0', '::'])('on all addresses (%s) answers to any address and to the machine itself', (address) => {
    const { answersTo } = hostRule({ host: address, address });
    const own = ['192.0.2.2:8028', '[2001:db8::2]:8028', '203.0.113.7', 'localhost:1', hostname().toUpperCase()];
    expect(own.filter((name) => !answersTo(name))).toEqual([]);
    expect(foreign.filter(answersTo)).toEqual([]);
  });

  it('on one address answers to it, to the name that was typed, and to no other address', () => {
    const { answersTo } = hostRule({ host: 'Lab.Example', address: '192.0.2.2' });
    expect(['lab.example:8028', '192.0.2.2:8028', '127.0.0.1', hostname()].filter((name) => !answersTo(name))).toEqual(
      [],
    );
    expect([...foreign, '192.0.2.3', '169.254.169.254'].filter(answersTo)).toEqual([]);
  });

  it('on this machine alone answers to its loopback names', () => {
    const { answersTo, names } = hostRule({ host: '127.0.0.1', address: '127.0.0.1' });
    expect(names).toEqual(['127.0.0.1', 'localhost', '[::1]']);
    expect([...foreign, '192.0.2.2', '0.0.0.0'].filter(answersTo)).toEqual([]);
  });
});

describe('linksOf', () => {
  const links = (host: string, address = host) => linksOf({ host, address, port: 8028 }, interfaces);

  it('opens here by loopback and elsewhere by every address that others reach', () => {
    expect(links('0.0.0.0')).toEqual({ here: 'http://127.0.0.1:8028/', elsewhere: ['http://192.0.2.2:8028/'] });
    expect(links('::')).toEqual({
      here: 'http://127.0.0.1:8028/',
      elsewhere: ['http://192.0.2.2:8028/', 'http://[2001:db8::2]:8028/'],
    });
    // What `getaddrinfo` makes of a nought.
    expect(links('0', '0.0.0.0')).toEqual(links('0.0.0.0'));
  });

  it('opens by the address or the name that was asked for', () => {
    expect(links('localhost', '::1')).toEqual({ here: 'http://localhost:8028/', elsewhere: [] });
    const lab = ['http://lab.example:8028/'];
    expect(links('lab.example', '192.0.2.2')).toEqual({ here: lab[0], elsewhere: lab });
    expect(links('2001:db8::2').here).toBe('http://[2001:db8::2]:8028/');
  });
});

describe('hostError', () => {
  const systemError = (code: string): Error => Object.assign(new Error(code), { code });

  it('names the addresses that there are, and where a port goes', () => {
    expect(hostError(systemError('EADDRNOTAVAIL'), '192.0.2.9', interfaces)).toMatchObject({
      code: 'host-unknown',
      kind: 'input',
      message:
        'host-unknown: --host 192.0.2.9: expected an address of this machine, got another; it has 127.0.0.1, ::1, 192.0.2.2, 2001:db8::2, fe80::1, and 0.0.0.0 is all of them',
    });
    expect(hostError(systemError('ENOTFOUND'), '127.0.0.1:80', interfaces)?.message).toContain(
      'got a name that leads to no address; the port goes into --port',
    );
    expect(hostError(systemError('EADDRINUSE'), '127.0.0.1', interfaces)).toBeNull();
  });
});
