/** The option that takes a role. */

import { Option } from 'commander';

export const roleOption = (description: string, flags = '--role <role>'): Option =>
  new Option(flags, description).choices(['owner', 'admin', 'auditor', 'member']);
