/** Names of platforms: `linux/amd64`, `linux/arm/v7`. */

/** Variants that a name leaves out, and the one that it adds (containerd, `platforms.Normalize`). */
const USUAL: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' };
const ARM = 'v7';

/** The one form of a platform that images and people name in several: `linux/arm64` of `linux/arm64/v8`. */
export function platformName(os: string, architecture: string, variant?: string | null): string {
  const usual = USUAL[architecture];
  const own = usual === variant ? undefined : variant;
  return [os, architecture, own || (architecture === 'arm' ? ARM : '')].filter(Boolean).join('/');
}

/** The same of a name. */
export function normalPlatform(name: string): string {
  const [os = '', architecture = '', variant] = name.split('/');
  return platformName(os, architecture, variant);
}
