/**
 * Amazon's registries: one profile per region and spelling, because a wildcard stands first in a pattern only. Leaves
 * out the partitions outside the public and the government cloud. Evidence letters as in profiles.ts.
 */

import type { RegistryProfile } from '@pullgate/policy';
import { toProfile } from './profile.ts';

/** G */
const REGIONS = [
  ...[
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'us-gov-east-1',
    'us-gov-west-1',
    'ca-central-1',
    'ca-west-1',
  ],
  ...['mx-central-1', 'sa-east-1', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'af-south-1', 'il-central-1', 'me-central-1', 'me-south-1'],
  ...['ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2'],
  ...[
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-7',
  ],
];

function toTokenHost(region: string): string {
  return `api.ecr.${region}.amazonaws.com`; // C
}

/** One bucket per region holds the layers of every account; what opens it is the signature in each link. */
function toBlobHost(region: string): string {
  return `prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com`; // C
}

function toPrivateProfiles(region: string): RegistryProfile[] {
  const hosts = { tokenHosts: [toTokenHost(region)], blobHosts: [toBlobHost(region)] };
  return [
    toProfile(`*.dkr.ecr.${region}.amazonaws.com`, `Amazon ECR ${region}`, hosts), // C
    toProfile(`*.dkr-ecr.${region}.on.aws`, `Amazon ECR ${region} (dual stack)`, hosts), // C
  ];
}

export const AMAZON_PROFILES: readonly RegistryProfile[] = [
  toProfile('public.ecr.aws', 'Amazon ECR Public', {
    blobHosts: ['d2glxqk2uabbnd.cloudfront.net', 'd5l0dvt14r5h8.cloudfront.net'], // D
  }),
  ...REGIONS.flatMap(toPrivateProfiles),
];

/** Both spellings of a region's registry share its hosts. */
export const AMAZON_SHARED_HOSTS: readonly string[] = REGIONS.flatMap((region) => [
  toTokenHost(region),
  toBlobHost(region),
]);
