/**
 * What the well-known registries are made of. Leaves Amazon's, one per region, to profiles-amazon.ts.
 *
 * The letter behind a line is its evidence: D the vendor's documentation or specification, S the vendor's preflight
 * notes, C read in source code, I a public issue, E measured with real engines, G general knowledge that nobody has
 * checked. A registry that issues its own tokens has no token host.
 */

import type { RegistryProfile } from '@pullgate/policy';
import { toProfile } from './profile.ts';

const GOOGLE_STORAGE = 'storage.googleapis.com';

const DOCKER_BLOB_HOSTS = [
  'production.cloudflare.docker.com', // D
  'production.cloudfront.docker.com', // I: seen since 2026, chosen per request
  'docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com', // I
  'docker-images-prod.s3.dualstack.us-east-1.amazonaws.com', // I: the older one
];

const QUAY_BLOB_HOSTS = [
  'cdn.quay.io', // D
  'cdn01.quay.io', // D
  'cdn02.quay.io', // D
  'cdn03.quay.io', // D
];

/** Red Hat's registries serve from Quay's CDN since 2023-05-01. D */
const RED_HAT = { tokenHosts: ['sso.redhat.com'], blobHosts: QUAY_BLOB_HOSTS };

const DOCKER: readonly RegistryProfile[] = [
  toProfile('docker.io', 'Docker Hub', {
    apiHosts: [
      'registry-1.docker.io', // D
      'index.docker.io', // D
      'registry.hub.docker.com', // D
    ],
    tokenHosts: [
      'auth.docker.io', // D
      // Sign-in by browser and device code. cdn.auth0.com, which Docker Desktop's page loads, serves everybody: left out.
      'login.docker.com', // D
      'auth.docker.com', // D
      'hub.docker.com', // D
    ],
    blobHosts: DOCKER_BLOB_HOSTS,
  }),
  toProfile('dhi.io', 'Docker Hardened Images', {
    tokenHosts: ['auth.docker.io'], // D
    blobHosts: DOCKER_BLOB_HOSTS, // D
  }),
  toProfile('registry.scout.docker.com', 'Docker Scout', {
    tokenHosts: ['auth.docker.io'], // D
    blobHosts: DOCKER_BLOB_HOSTS, // D
  }),
];

const GITHUB: readonly RegistryProfile[] = [
  toProfile('ghcr.io', 'GitHub Container Registry', {
    blobHosts: ['pkg-containers.githubusercontent.com'], // I
  }),
  toProfile('docker.pkg.github.com', 'GitHub Packages (legacy)', {
    broadBlobHosts: ['ghcr.io', '*.githubusercontent.com'], // G
  }),
];

const RED_HAT_AND_FEDORA: readonly RegistryProfile[] = [
  toProfile('quay.io', 'Quay', {
    blobHosts: [
      ...QUAY_BLOB_HOSTS,
      'quayio-production-s3.s3.amazonaws.com', // D
    ],
  }),
  toProfile('registry.redhat.io', 'Red Hat', RED_HAT), // D
  toProfile('registry.access.redhat.com', 'Red Hat (without sign-in)', RED_HAT), // D
  toProfile('registry.connect.redhat.com', 'Red Hat partners', {
    tokenHosts: RED_HAT.tokenHosts,
    blobHosts: [
      ...QUAY_BLOB_HOSTS,
      'rhc4tp-prod-z8cxf-image-registry-us-east-1-evenkyleffocxqvofrk.s3.dualstack.us-east-1.amazonaws.com', // D
      'oso-rhc4tp-docker-registry.s3-us-west-2.amazonaws.com', // D
    ],
  }),
  toProfile('registry.fedoraproject.org', 'Fedora', {
    blobHosts: ['cdn.registry.fedoraproject.org'], // G
  }),
];

const MICROSOFT: readonly RegistryProfile[] = [
  toProfile('mcr.microsoft.com', 'Microsoft Artifact Registry', {
    blobHosts: ['*.data.mcr.microsoft.com'], // D: one label per region
  }),
  // A data endpoint carries its owner's name, so the pattern over all of them is as broad as the blob store.
  ...['*.azurecr.io', '**.geo.azurecr.io'].map((registry) =>
    toProfile(registry, 'Azure Container Registry', {
      broadBlobHosts: ['*.blob.core.windows.net', '**.data.azurecr.io'], // D
    }),
  ),
];

const GOOGLE: readonly RegistryProfile[] = [
  // gcr.io is served by Artifact Registry, which is another registry.
  ...['gcr.io', '*.gcr.io'].map((registry) =>
    toProfile(registry, 'Google Container Registry', {
      broadBlobHosts: [GOOGLE_STORAGE, '*.pkg.dev'], // D
    }),
  ),
  toProfile('*.pkg.dev', 'Google Artifact Registry', {
    broadBlobHosts: [GOOGLE_STORAGE], // D
  }),
];

/** The buckets seen so far. Its owners: "DO NOT depend on the implementation details". I */
const KUBERNETES_BUCKET_REGIONS = [
  ...[
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'eu-central-1',
    'eu-south-1',
    'eu-west-1',
    'eu-west-2',
  ],
  ...['ap-northeast-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
];

const OTHERS: readonly RegistryProfile[] = [
  toProfile('registry.k8s.io', 'Kubernetes', {
    blobHosts: KUBERNETES_BUCKET_REGIONS.map(
      (region) => `prod-registry-k8s-io-${region}.s3.dualstack.${region}.amazonaws.com`, // I
    ),
    broadBlobHosts: ['*.pkg.dev', GOOGLE_STORAGE], // D
  }),
  toProfile('registry.gitlab.com', 'GitLab.com', {
    tokenHosts: ['gitlab.com'], // D: /jwt/auth on the main site, its git repositories with it
    blobHosts: ['cdn.registry.gitlab-static.net'], // D
    broadBlobHosts: [GOOGLE_STORAGE], // D
  }),
  toProfile('nvcr.io', 'NVIDIA NGC', {
    apiHosts: ['api.ngc.nvidia.com'], // C
    tokenHosts: ['authn.nvidia.com'], // C
    blobHosts: ['layers.nvcr.io', 'xfiles.ngc.nvidia.com'], // C
  }),
  toProfile('cgr.dev', 'Chainguard', {
    tokenHosts: ['issuer.enforce.dev', 'enforce.dev', 'console-api.enforce.dev'], // D
    blobHosts: ['9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com'], // D: the vendor's own account
  }),
  toProfile('factory.talos.dev', 'Talos image factory', {
    blobHosts: ['*.factory.talos.dev'], // D
    broadBlobHosts: ['*.r2.cloudflarestorage.com'], // D
  }),
  toProfile('docker.elastic.co', 'Elastic', {
    tokenHosts: ['docker-auth.elastic.co'], // C
    broadBlobHosts: [GOOGLE_STORAGE], // G
  }),
  // A gateway that redirects to GitHub, tokens included; GitHub stays closed unless an entry opens it.
  toProfile('lscr.io', 'LinuxServer.io', {
    broadBlobHosts: ['ghcr.io', 'pkg-containers.githubusercontent.com'], // G
  }),
  toProfile('registry.suse.com', 'SUSE', {
    blobHosts: ['registry-storage.suse.com'], // C
  }),
  ...['icr.io', '*.icr.io'].map((registry) =>
    toProfile(registry, 'IBM Cloud', {
      tokenHosts: ['iam.cloud.ibm.com'], // G
      broadBlobHosts: ['**.cloud-object-storage.appdomain.cloud'], // G
    }),
  ),
  ...['container-registry.oracle.com', '*.ocir.io'].map((registry) =>
    toProfile(registry, 'Oracle', {
      broadBlobHosts: ['**.oraclecloud.com'], // G
    }),
  ),
];

export const VENDOR_PROFILES: readonly RegistryProfile[] = [
  ...DOCKER,
  ...GITHUB,
  ...RED_HAT_AND_FEDORA,
  ...MICROSOFT,
  ...GOOGLE,
  ...OTHERS,
];

/** Dedicated hosts that serve several registries of one vendor, and so stand in several profiles. */
export const VENDOR_SHARED_HOSTS: readonly string[] = [
  'auth.docker.io',
  ...DOCKER_BLOB_HOSTS,
  ...QUAY_BLOB_HOSTS,
  'sso.redhat.com',
  'iam.cloud.ibm.com',
];
