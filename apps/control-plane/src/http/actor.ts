/** Names the asking person as the actor of an Activity entry. */

import type { FastifyRequest } from 'fastify';
import type { Actor } from '../features/activity/service.ts';
import { principalOf } from './access.ts';
import { originOf } from './origin.ts';

export function actorOf(request: FastifyRequest): Actor {
  const principal = principalOf(request);
  return { kind: principal.kind, id: principal.userId, from: originOf(request) };
}
