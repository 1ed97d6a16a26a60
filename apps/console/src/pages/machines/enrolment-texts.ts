/** Commands and files by which machines enrol, as docs/guides/operate.md has them. */

export interface Enrolment {
  /** Origin of the control plane. */
  readonly server: string;
  readonly token: string;
  /** Of the organization's key; undefined before it is known. */
  readonly fingerprint: string | undefined;
}

export const toCommand = ({ server, token }: Enrolment): string =>
  `sudo pullgate machine enroll --server ${server} --token ${token}`;

export const toEnrolmentFile = ({ server, token, fingerprint }: Enrolment): string =>
  JSON.stringify({ server, token, fingerprint }, null, 2);

/** JSON is YAML, and as a block it needs no quotes. */
export const toCloudInit = ({ server, token, fingerprint }: Enrolment): string => `#cloud-config
write_files:
  - path: /etc/pullgate/enrolment.json
    permissions: "0600"
    content: |
      ${JSON.stringify({ server, token, fingerprint })}
runcmd:
  - |
    /opt/pullgate/bin/pullgate agent run & until test -e /etc/pullgate/agent.json; do sleep 1; done; kill $!; wait
  - /opt/pullgate/bin/pullgate agent install --yes
`;
