/** What a script does that takes a live /proc: found in its text, which is never run. */

/** Commands that read /proc of every process (procps, psmisc, lsof, start-stop-daemon of dpkg). */
const PROCESS_TOOLS =
  /(?:^|[\s;&|(`!])(ps|pgrep|pidof|pkill|top|killall|lsof|fuser|start-stop-daemon)(?=[\s;&|)`]|$)/;
/** Files about the process itself; its links to the standard streams are stood in for. */
const OWN_FILES = /\/proc\/(?:self|\$\$|\$\{?\w+\}?|\d+)\/(?!exe\b|fd\/[012]\b)\w+/;
const SUBSTITUTION = /(?:^|[\s=])[<>]\([^)]/;

/** Reasons, in words that follow "it"; none for a text without. Comments do not count. */
export function findProcUses(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '$1'));
  const first = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[0]?.trim()).find(Boolean);
  const tool = lines.map((line) => PROCESS_TOOLS.exec(line)?.[1]).find(Boolean);
  const file = first(OWN_FILES);
  return [
    ...(first(SUBSTITUTION) === undefined ? [] : ['uses <(…), which is a file of /proc/self/fd']),
    ...(tool === undefined ? [] : [`calls ${tool}, which reads /proc`]),
    ...(file === undefined ? [] : [`reads ${file}`]),
  ];
}
