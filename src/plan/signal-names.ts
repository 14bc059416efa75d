/** Names of signals as the Engine reads them (`ParseSignal` of moby/sys/signal). */

const NAMES = new Set(
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'.split(
    ' ',
  ),
);
const REAL_TIME = /^RT(?:MIN\+(?:[1-9]|1[0-5])|MAX-(?:[1-9]|1[0-4]))$/;
/** From this number on signals are real-time ones. */
const FIRST_REAL_TIME = 32;
const LAST = 64;

/** A name in any case, with or without SIG, or a number. */
export function isSignal(text: string): boolean {
  const word = shortName(text);
  if (/^\d+$/.test(word)) return Number(word) > 0 && Number(word) <= LAST;
  return NAMES.has(word) || REAL_TIME.test(word);
}

export function isRealTime(text: string): boolean {
  const word = shortName(text);
  return word.startsWith('RT') || Number(word) >= FIRST_REAL_TIME;
}

/** `TERM` of `sigterm`; a number stays one. */
export function shortName(text: string): string {
  return text.toUpperCase().replace(/^SIG/, '');
}
