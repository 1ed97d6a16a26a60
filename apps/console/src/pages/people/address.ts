/** What the page reads from its address: filters, the member or the team that is open, whether somebody is being invited. */

import { useNavigate, useSearch } from '@tanstack/react-router';
import { type MemberFilter, ROLES } from '../../api/members.ts';

const STATES = ['active', 'deactivated'] as const;

export interface PeopleAddress {
  readonly filter: MemberFilter;
  readonly member?: string;
  readonly team?: string;
  readonly person?: string;
  readonly isInviting: boolean;
}

export function usePeopleAddress() {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  /** `undefined` takes a part away. */
  const change = (parts: Readonly<Record<string, unknown>>, replace = true) =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, ...parts })) as never, replace });
  return { ...parse(search), change };
}

function parse(search: Readonly<Record<string, unknown>>): PeopleAddress {
  const text = toText(search.search);
  const role = ROLES.find((one) => one === search.role);
  const state = STATES.find((one) => one === search.state);
  const of = toText(search.of);
  const open = { member: toText(search.member), team: toText(search.team), person: toText(search.person) };
  return {
    filter: {
      ...(text === undefined ? {} : { search: text }),
      ...(role === undefined ? {} : { role }),
      ...(state === undefined ? {} : { state }),
      ...(of === undefined ? {} : { team: of }),
      ...(search.twoFactor === false ? { twoFactor: false } : {}),
    },
    ...(open.member === undefined ? {} : { member: open.member }),
    ...(open.team === undefined ? {} : { team: open.team }),
    ...(open.person === undefined ? {} : { person: open.person }),
    isInviting: search.invite === true,
  };
}

/** Addresses carry numbers as numbers: "12" may be part of a name. */
function toText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
