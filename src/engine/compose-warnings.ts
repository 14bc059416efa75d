/** Tells Compose's warnings from what it says about a failure. */

const LOG_LINE = /^time="[^"]*" level=(\w+) msg="((?:[^"\\]|\\.)*)"/;

/** Messages of Compose's log lines of level warning, each once and in a fixed order, which Compose has not; `version:` is ignored by Compose, and worth no word. */
export function composeWarnings(stderr: string): string[] {
  const messages = stderr.split('\n').flatMap((line) => {
    const found = LOG_LINE.exec(line);
    return found?.[1] === 'warning' ? [(found[2] ?? '').replace(/\\(.)/g, '$1')] : [];
  });
  return [
    ...new Set(messages.filter((message) => !message.includes('the attribute `version` is obsolete'))),
  ].sort();
}

export function withoutWarnings(stderr: string): string {
  const kept = stderr.split('\n').filter((line) => LOG_LINE.exec(line)?.[1] !== 'warning');
  return kept.join('\n').trim();
}
