/** Lines of the policy's YAML with their numbers, as the server quotes them for a rule. */

import classes from './policy-lines.module.css';

export function PolicyLines({ line, yaml }: { readonly line: number; readonly yaml: string }) {
  const lines = yaml.replace(/\n$/, '').split('\n');
  return (
    // A keyboard must be able to scroll what is wider than the page.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <pre className={classes.lines} tabIndex={0}>
      {lines.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their number
        <span key={at} className={classes.line} data-line={line + at}>
          {`${text}\n`}
        </span>
      ))}
    </pre>
  );
}
