/** What is measured beside the gateway: TLS reverse proxies and an intercepting proxy with the same certificates. Leaves the measuring to run.ts. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGENT_NODE_OPTIONS } from '../../apps/cli/src/agent-node-options.ts';
import { installed, type Peer, type SkippedPeer, startScript } from '../relay/peers.ts';

export interface GatewayContext {
  readonly folder: string;
  readonly host: string;
  readonly sourcePort: number;
  /** PEM files of the leaf that every peer shows, and of the authority that signed it and the source's. */
  readonly leaf: string;
  readonly key: string;
  readonly ca: string;
}

export interface TlsPeer extends Peer {
  /** How curl is led there. */
  readonly curl: readonly string[];
}

type Start = (context: GatewayContext) => Promise<TlsPeer | SkippedPeer>;

const NGINX = '/usr/sbin/nginx';

/** `return` and files alone; both ends of nginx are tuned alike. */
const nginxHead = (folder: string, bodies = folder): string => `daemon off;
user root;
worker_processes auto;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${bodies}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 0;
  keepalive_requests 100000;
`;

/** The registry of the bench: blobs from memory by GET, and PUT of uploads, as nginx serves files. */
export async function startSource(
  context: Omit<GatewayContext, 'sourcePort'>,
  root: string,
): Promise<Peer | SkippedPeer> {
  const { folder, leaf, key } = context;
  mkdirSync(join(root, 'v2/team/app/blobs/uploads'), { recursive: true });
  const write = (port: number): string => `${nginxHead(join(folder, 'source'), root)}
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    ssl_certificate ${leaf};
    ssl_certificate_key ${key};
    root ${root};
    location / { dav_methods PUT; }
  }
}
`;
  return await installed('source', NGINX, false, write, (file) => ['-c', file])({ folder, sourcePort: 0 });
}

const direct: Start = async ({ host, sourcePort }) => ({
  ...(await startIdle()),
  name: 'direct',
  curl: toPort(host, sourcePort, sourcePort),
});

const nginx: Start = async (context) => {
  const { folder, host, sourcePort, leaf, key, ca } = context;
  const write = (port: number): string => `${nginxHead(join(folder, 'nginx'))}
  upstream source { server 127.0.0.1:${sourcePort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    ssl_certificate ${leaf};
    ssl_certificate_key ${key};
    location / {
      proxy_pass https://source;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host ${host}:${sourcePort};
      proxy_ssl_name ${host};
      proxy_ssl_server_name on;
      proxy_ssl_verify on;
      proxy_ssl_trusted_certificate ${ca};
      proxy_request_buffering off;
      proxy_buffer_size 128k;
      proxy_buffers 16 128k;
      proxy_busy_buffers_size 256k;
      proxy_max_temp_file_size 0;
      client_body_buffer_size 128k;
    }
  }
}
`;
  const peer = await installed('nginx', NGINX, false, write, (file) => ['-c', file])({ folder, sourcePort });
  return 'skipped' in peer
    ? peer
    : { ...peer, name: 'nginx, 128 KiB buffers', curl: toPort(host, sourcePort, peer.port) };
};

const mitmproxy: Start = async ({ folder, host, sourcePort, leaf, key, ca }) => {
  const both = join(folder, 'mitm.pem');
  writeFileSync(both, `${readFileSync(key, 'utf8')}${readFileSync(leaf, 'utf8')}`);
  const hosts = join(folder, 'mitm.py');
  // The name is known to nobody here; the source's address is.
  writeFileSync(hosts, `def server_connect(data):\n    data.server.address = ("127.0.0.1", ${sourcePort})\n`);
  const toArguments = (file: string): string[] => [
    ...['--quiet', '--listen-host', '127.0.0.1', '--listen-port', readFileSync(file, 'utf8').trim()],
    ...[
      '--set',
      `confdir=${folder}/mitm`,
      '--set',
      'stream_large_bodies=1',
      '--set',
      `ssl_verify_upstream_trusted_ca=${ca}`,
    ],
    ...['--set', 'connection_strategy=lazy', '--certs', `${host}=${both}`, '--scripts', hosts],
  ];
  const peer = await installed(
    'mitmproxy',
    '/usr/bin/mitmdump',
    true,
    (port) => String(port),
    toArguments,
  )({ folder, sourcePort });
  return 'skipped' in peer ? peer : { ...peer, curl: ['--proxy', `http://127.0.0.1:${peer.port}`] };
};

const pullgate: Start = async ({ folder, host, sourcePort, leaf, key, ca }) => {
  const registry = `${host}:${sourcePort}`;
  const trust = join(folder, 'trust', registry);
  mkdirSync(trust, { recursive: true });
  writeFileSync(join(trust, 'key.pem'), readFileSync(key));
  writeFileSync(join(trust, 'leaf.pem'), readFileSync(leaf));
  const script = fileURLToPath(new URL('gateway-point.ts', import.meta.url));
  const { port, process: child } = await startScript(
    script,
    [registry, join(folder, 'trust'), ca],
    AGENT_NODE_OPTIONS,
  );
  return {
    name: 'pullgate',
    port,
    connects: true,
    process: child,
    curl: ['--proxy', `http://127.0.0.1:${port}`],
  };
};

/** In the order of each round. */
export const PEERS: readonly Start[] = [direct, pullgate, nginx, mitmproxy];

const toPort = (host: string, from: number, to: number): string[] => [
  '--connect-to',
  `${host}:${from}:127.0.0.1:${to}`,
];

/** Something to end, where nothing stands between. */
async function startIdle(): Promise<Peer> {
  const script = fileURLToPath(new URL('../relay/source.ts', import.meta.url));
  const { port, process: child } = await startScript(script, ['0']);
  return { name: 'idle', port, connects: false, process: child };
}
