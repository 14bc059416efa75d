/** Reads the log of a bundle as it comes, and compares every byte with what `flood` (image/act.c) writes. */

/** A longer line is passed on in pieces of so many bytes; the last one is what is left. */
const PIECE = 64 * 1024;
const LETTERS = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));

export class LogCheck {
  readonly lines: Record<string, number> = {};
  /** Lines that are not what they should be; the first hundred. */
  readonly wrong: string[] = [];
  /** What others than the flooding members said. */
  readonly others: Record<string, string[]> = {};
  bytes = 0;
  private rest = '';
  private readonly offsets: Record<string, number> = {};
  private readonly tails: Record<string, readonly string[]>;

  /** `widths`: bytes of a line, by member. */
  constructor(private readonly widths: Readonly<Record<string, number>>) {
    const tails = (width: number) => LETTERS.map((letter) => letter.repeat(width - 11));
    this.tails = Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, tails(width)]));
  }

  /** The next bytes of the log. */
  take(chunk: Buffer): void {
    this.bytes += chunk.length;
    const lines = (this.rest + chunk.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line);
  }

  private line(line: string): void {
    const bar = line.indexOf('| ');
    const name = line.slice(0, Math.max(bar, 0)).trimEnd();
    const text = line.slice(bar + 2);
    const tails = this.tails[name];
    if (bar < 0 || tails === undefined || /^(start|flooded|signal) \d+$/.test(text)) {
      this.others[name] ??= [];
      this.others[name].push(text);
      return;
    }
    const [count, offset] = [this.lines[name] ?? 0, this.offsets[name] ?? 0];
    const whole = `${String(count).padStart(9, '0')} ${tails[count % 26]}`;
    if (text !== whole.slice(offset, offset + PIECE) && this.wrong.length < 100)
      this.wrong.push(`${name} ${count}: ${text.slice(0, 60)}`);
    const end = offset + text.length;
    this.offsets[name] = end >= (this.widths[name] ?? 0) - 1 ? 0 : end;
    if (this.offsets[name] === 0) this.lines[name] = count + 1;
  }
}
