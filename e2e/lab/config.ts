/** The two things that the laboratory reads from the environment of whoever runs it. */

export const config = {
  /** Rewrites the kept transcripts instead of comparing with them, for a change of wording that is meant. */
  isGoldenUpdate: process.env.UPDATE_GOLDEN === '1',
  terminal: process.env.TERM ?? 'dumb',
} as const;
