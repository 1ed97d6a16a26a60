/** A role, with what it may do said below. */

import { Select } from '@mantine/core';
import { roleTexts } from '#texts/roles.ts';
import { ROLES, type Role } from '../api/members.ts';
import { useMay } from '../api/session.ts';

export function RoleSelect({
  label,
  value,
  onChange,
  without = [],
  disabled,
}: {
  readonly label: string;
  readonly value: Role;
  readonly onChange: (role: Role) => void;
  /** Roles that cannot be chosen here. */
  readonly without?: readonly Role[];
  readonly disabled?: boolean;
}) {
  // An admin who could make owners would be one.
  const mayOwn = useMay()('organization:write');
  const offered = ROLES.filter(
    (role) => role === value || (!without.includes(role) && (role !== 'owner' || mayOwn)),
  );
  return (
    <Select
      label={label}
      description={roleTexts[value].text}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={offered.map((role) => ({ value: role, label: roleTexts[role].name }))}
      value={value}
      onChange={(role) => role !== null && onChange(role as Role)}
      allowDeselect={false}
      disabled={disabled ?? false}
    />
  );
}
