/** Whether a rule limits more than the host. Pure. */

/** Whether a machine that sees only the host could not hold the rule. As the policy judges it. */
export function isDeepRule(rule: {
  readonly allow: readonly string[];
  readonly repositories?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly digests?: readonly string[] | undefined;
}): boolean {
  const limits = [rule.repositories, rule.tags, rule.digests];
  if (limits.some((list) => list !== undefined && list.length > 0)) return true;
  return rule.allow.length > 0 && !(rule.allow.includes('pull') && rule.allow.includes('push'));
}
