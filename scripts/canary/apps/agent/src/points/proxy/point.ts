// Forbidden: a point imports another point.
import { dns } from '../dns/point.ts';

export const proxy = dns;
