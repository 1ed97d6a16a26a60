/**
 * The functions of the OpenSSL inside Node.js that the TLS thread needs, called through koffi. Leaves what is done with them to the other
 * tls modules.
 */

import { createRequire } from 'node:module';

/** An object of OpenSSL; only its functions look inside. */
export type Pointer = { readonly __brand: 'pointer' };

/** How a call ended (SSL_get_error(3)). */
export type TlsOutcome = 'done' | 'blocked' | 'ended' | 'failed';

export interface Openssl {
  readonly contexts: OpensslContexts;
  create(context: Pointer, fd: number, role: 'server' | 'client'): Pointer;
  free(ssl: Pointer): void;
  /** For a client: whom to expect, by name or by address, and what to say in the handshake. */
  expect(ssl: Pointer, host: string, kind: 'name' | 'address'): boolean;
  /** What the client named in its handshake. */
  serverName(ssl: Pointer): string | null;
  handshake(ssl: Pointer): number;
  /** At most one record of 16 KiB. Results of 0 and less are explained by {@link Openssl.outcome}. */
  read(ssl: Pointer, into: Uint8Array, size: number): number;
  write(ssl: Pointer, bytes: Uint8Array, size: number): number;
  /** Tells the other side that nothing follows. */
  shutdown(ssl: Pointer): void;
  /** Of a result of 0 or less; to be asked before any other call. */
  outcome(ssl: Pointer, result: number): TlsOutcome;
  /** Takes the first of the thread's errors and forgets the others. */
  takeError(): OpensslError | undefined;
  /** Why the other side's certificate was not taken (X509_V_ERR_…); 0 if it was. */
  verifyResult(ssl: Pointer): number;
}

export interface OpensslContexts {
  /** @throws Error with OpenSSL's own words when a certificate or a key cannot be used */
  create(options: ContextOptions): Pointer;
  free(context: Pointer): void;
}

export interface ContextOptions {
  readonly role: 'server' | 'client';
  /** PEM: chain with the leaf first, and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** PEM of the authorities that a server's certificate must come from. */
  readonly ca: readonly string[];
  /** In OpenSSL's notation, for TLS 1.2. */
  readonly ciphers: string;
}

export interface OpensslError {
  /** As Node.js codes it: `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`. */
  readonly name: string;
  readonly message: string;
}

const WANT_READ = 2;
const WANT_WRITE = 3;
const SYSCALL = 5;
const ZERO_RETURN = 6;

const CTRL_MODE = 33;
const CTRL_SET_READ_AHEAD = 41;
const CTRL_SESSION_CACHE = 44;
const CTRL_HOST_NAME = 55;
const CTRL_CHAIN_CERT = 89;
const CTRL_MIN_VERSION = 123;
const TLS_1_2 = 0x0303;
/** Writes what can be written, from wherever the bytes are the next time, and keeps no buffers for idle connections. */
const MODES = 0x1 | 0x2 | 0x10;
/** No compression, no tickets, no renegotiation, and an end without a farewell is an end, as in Node.js. */
const OPTIONS = (1 << 17) | (1 << 14) | (1 << 30) | (1 << 7);
const VERIFY_PEER = 1;
/** No partial wildcards, and no names out of the subject: as Go reads certificates. */
const HOST_FLAGS = 0x4 | 0x20;
const ALPN = Buffer.from('\x08http/1.1', 'latin1');
const NO_START_LINE = 108;

/** `undefined` where this Node.js does not show its OpenSSL, or koffi is not there. */
export function loadOpenssl(): Openssl | undefined {
  try {
    return bindOpenssl();
  } catch {
    return undefined;
  }
}

function bindOpenssl(): Openssl {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const self = koffi.load(null);
  const free = self.func('void SSL_free(void *)');
  const sslNew = self.func('void *SSL_new(void *)');
  const setFd = self.func('int SSL_set_fd(void *, int)');
  const setAccept = self.func('void SSL_set_accept_state(void *)');
  const setConnect = self.func('void SSL_set_connect_state(void *)');
  const control = self.func('long SSL_ctrl(void *, int, long, void *)');
  const setHost = self.func('int SSL_set1_host(void *, const char *)');
  const setHostFlags = self.func('void SSL_set_hostflags(void *, unsigned int)');
  const getParameters = self.func('void *SSL_get0_param(void *)');
  const setAddress = self.func('int X509_VERIFY_PARAM_set1_ip_asc(void *, const char *)');
  const setAlpn = self.func('int SSL_set_alpn_protos(void *, const void *, unsigned int)');
  const serverName = self.func('const char *SSL_get_servername(void *, int)');
  const getError = self.func('int SSL_get_error(void *, int)');
  const verifyResult = self.func('long SSL_get_verify_result(void *)');
  const takeError = createErrors(self);
  return {
    contexts: bindContexts(self, takeError),
    create(context, fd, role) {
      const ssl = sslNew(context) as Pointer | null;
      if (ssl === null) throw new Error('OpenSSL has no memory');
      setFd(ssl, fd);
      if (role === 'server') setAccept(ssl);
      else setConnect(ssl);
      return ssl;
    },
    free,
    expect(ssl, host, kind) {
      setAlpn(ssl, ALPN, ALPN.length);
      if (kind === 'address') return setAddress(getParameters(ssl), host) === 1;
      setHostFlags(ssl, HOST_FLAGS);
      return setHost(ssl, host) === 1 && control(ssl, CTRL_HOST_NAME, 0, Buffer.from(`${host}\0`)) === 1;
    },
    serverName: (ssl) => serverName(ssl, 0) as string | null,
    handshake: self.func('int SSL_do_handshake(void *)'),
    read: self.func('int SSL_read(void *, void *, int)'),
    write: self.func('int SSL_write(void *, const void *, int)'),
    shutdown: self.func('int SSL_shutdown(void *)'),
    outcome(ssl, result) {
      const error = getError(ssl, result);
      if (error === WANT_READ || error === WANT_WRITE) return 'blocked';
      return error === ZERO_RETURN ? 'ended' : error === SYSCALL && result === 0 ? 'ended' : 'failed';
    },
    takeError,
    verifyResult: (ssl) => Number(verifyResult(ssl)),
  };
}

type Library = ReturnType<typeof import('koffi').load>;

function createErrors(self: Library): () => OpensslError | undefined {
  const getError = self.func('unsigned long ERR_get_error()');
  const clear = self.func('void ERR_clear_error()');
  const reason = self.func('const char *ERR_reason_error_string(unsigned long)');
  return () => {
    const error = getError();
    if (Number(error) === 0) return undefined;
    clear();
    const message = (reason(error) as string | null) ?? `error ${error}`;
    return { name: `ERR_SSL_${message.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`, message };
  };
}

function bindContexts(self: Library, takeError: () => OpensslError | undefined): OpensslContexts {
  const method = self.func('void *TLS_method()');
  const contextNew = self.func('void *SSL_CTX_new(void *)');
  const free = self.func('void SSL_CTX_free(void *)');
  const control = self.func('long SSL_CTX_ctrl(void *, int, long, void *)');
  const setOptions = self.func('uint64_t SSL_CTX_set_options(void *, uint64_t)');
  const setTickets = self.func('int SSL_CTX_set_num_tickets(void *, size_t)');
  const setCiphers = self.func('int SSL_CTX_set_cipher_list(void *, const char *)');
  const setVerify = self.func('void SSL_CTX_set_verify(void *, int, void *)');
  const useCertificate = self.func('int SSL_CTX_use_certificate(void *, void *)');
  const useKey = self.func('int SSL_CTX_use_PrivateKey(void *, void *)');
  const getStore = self.func('void *SSL_CTX_get_cert_store(void *)');
  const addAuthority = self.func('int X509_STORE_add_cert(void *, void *)');
  const freeCertificate = self.func('void X509_free(void *)');
  const freeKey = self.func('void EVP_PKEY_free(void *)');
  const pem = bindPem(self);
  const must = (isDone: boolean, what: string): void => {
    const error = takeError();
    if (!isDone) throw new Error(`${what}: ${error?.message ?? 'refused by OpenSSL'}`);
  };

  function useChain(context: Pointer, cert: string, key: string): void {
    const [leaf, ...others] = pem.readCertificates(cert);
    must(leaf !== undefined && useCertificate(context, leaf) === 1, 'the certificate cannot be used');
    freeCertificate(leaf);
    for (const other of others) {
      must(Number(control(context, CTRL_CHAIN_CERT, 1, other)) === 1, 'the chain cannot be used');
      freeCertificate(other);
    }
    const privateKey = pem.readKey(key);
    must(privateKey !== null && useKey(context, privateKey) === 1, 'the key cannot be used');
    freeKey(privateKey);
  }

  function trust(context: Pointer, authorities: readonly string[]): void {
    const store = getStore(context);
    for (const certificate of authorities.flatMap((text) => pem.readCertificates(text))) {
      addAuthority(store, certificate);
      freeCertificate(certificate);
    }
    takeError();
  }

  return {
    create({ role, cert, key, ca, ciphers }) {
      const context = contextNew(method()) as Pointer;
      try {
        control(context, CTRL_MIN_VERSION, TLS_1_2, null);
        control(context, CTRL_MODE, MODES, null);
        control(context, CTRL_SESSION_CACHE, 0, null);
        control(context, CTRL_SET_READ_AHEAD, 1, null);
        setOptions(context, OPTIONS);
        setTickets(context, 0);
        must(setCiphers(context, ciphers) === 1, 'the ciphers cannot be used');
        if (cert !== undefined && key !== undefined) useChain(context, cert, key);
        if (role === 'client') {
          trust(context, ca);
          setVerify(context, VERIFY_PEER, null);
        }
        return context;
      } catch (error) {
        free(context);
        throw error;
      }
    },
    free,
  };
}

interface Pem {
  readCertificates(text: string): readonly Pointer[];
  readKey(text: string): Pointer | null;
}

function bindPem(self: Library): Pem {
  const inMemory = self.func('void *BIO_s_mem()');
  const create = self.func('void *BIO_new(void *)');
  const write = self.func('int BIO_write(void *, const void *, int)');
  const free = self.func('int BIO_free(void *)');
  const certificate = self.func('void *PEM_read_bio_X509(void *, void *, void *, void *)');
  const key = self.func('void *PEM_read_bio_PrivateKey(void *, void *, void *, void *)');
  const clear = self.func('void ERR_clear_error()');
  const peek = self.func('unsigned long ERR_peek_last_error()');

  function using<T>(text: string, read: (bio: unknown) => T): T {
    const bytes = Buffer.from(text);
    const bio = create(inMemory());
    try {
      write(bio, bytes, bytes.length);
      return read(bio);
    } finally {
      free(bio);
    }
  }
  return {
    readCertificates: (text) =>
      using(text, (bio) => {
        const found: Pointer[] = [];
        for (
          let next = certificate(bio, null, null, null);
          next !== null;
          next = certificate(bio, null, null, null)
        )
          found.push(next as Pointer);
        // The end of the text is told as an error.
        if ((Number(peek()) & 0xfff) === NO_START_LINE) clear();
        return found;
      }),
    readKey: (text) => using(text, (bio) => key(bio, null, null, null) as Pointer | null),
  };
}
