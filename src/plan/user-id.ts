/** The id that a `user` of Compose means in an image. */

/** By name or number in passwd(5), the first entry that fits; undefined for a name that is not there. */
export function userId(passwd: string, user: string): number | undefined {
  const [name = ''] = user.split(':');
  const rows = passwd.split('\n').map((line) => line.split(':'));
  const entry = rows.find((row) => row[0] === name || (/^\d+$/.test(name) && row[2] === name));
  const id = entry?.[2] ?? (name || '0');
  return /^\d+$/.test(id) ? Number(id) : undefined;
}
