/** What `GET /images/{name}/json` answers, validated where it enters. */
import * as v from 'valibot';
import type { ImageConfig, ImageHealthcheck } from '../images/image-facts.js';

const words = v.nullish(v.array(v.string()), []);
const set = v.nullish(v.record(v.string(), v.unknown()), {});

const HEALTHCHECK = v.object({
  Test: words,
  Interval: v.nullish(v.number()),
  Timeout: v.nullish(v.number()),
  StartPeriod: v.nullish(v.number()),
  StartInterval: v.nullish(v.number()),
  Retries: v.nullish(v.number()),
});

const CONFIG = v.object({
  Entrypoint: words,
  Cmd: words,
  Env: words,
  User: v.nullish(v.string(), ''),
  WorkingDir: v.nullish(v.string(), ''),
  StopSignal: v.nullish(v.string()),
  ExposedPorts: set,
  Volumes: set,
  Labels: v.nullish(v.record(v.string(), v.string()), {}),
  Healthcheck: v.nullish(HEALTHCHECK),
  Shell: v.nullish(v.array(v.string())),
  OnBuild: words,
});

export const IMAGE = v.object({
  Id: v.string(),
  RepoDigests: words,
  RepoTags: words,
  Os: v.string(),
  Architecture: v.string(),
  Variant: v.nullish(v.string()),
  Size: v.number(),
  RootFS: v.nullish(v.object({ Layers: words }), { Layers: [] }),
  Config: v.nullish(CONFIG, {}),
});

export type Image = v.InferOutput<typeof IMAGE>;

export function imageConfig({ Config }: Image): ImageConfig {
  return {
    entrypoint: Config.Entrypoint,
    cmd: Config.Cmd,
    env: Config.Env,
    user: Config.User,
    workingDir: Config.WorkingDir,
    ...(Config.StopSignal ? { stopSignal: Config.StopSignal } : {}),
    exposedPorts: Object.keys(Config.ExposedPorts).sort(),
    volumes: Object.keys(Config.Volumes).sort(),
    labels: Config.Labels,
    ...(Config.Healthcheck ? { healthcheck: healthcheck(Config.Healthcheck) } : {}),
    ...(Config.Shell ? { shell: Config.Shell } : {}),
    onBuild: Config.OnBuild,
  };
}

/** Zero means that the image does not say. */
function healthcheck(check: v.InferOutput<typeof HEALTHCHECK>): ImageHealthcheck {
  return {
    test: check.Test,
    ...(check.Interval ? { intervalNs: check.Interval } : {}),
    ...(check.Timeout ? { timeoutNs: check.Timeout } : {}),
    ...(check.StartPeriod ? { startPeriodNs: check.StartPeriod } : {}),
    ...(check.StartInterval ? { startIntervalNs: check.StartInterval } : {}),
    ...(check.Retries ? { retries: check.Retries } : {}),
  };
}

/**
 * `name@sha256:…` of the repository that the reference names, if the image came from a registry. Engines with the containerd
 * image store give every image a digest, which is its id then: of one that was built here no registry knows it, and a
 * build finds the image by its tag alone.
 */
export function digestOf(
  reference: string,
  { Id, RepoDigests }: Pick<Image, 'Id' | 'RepoDigests'>,
): string | undefined {
  const repository = familiarName(reference);
  const digests = RepoDigests.filter((digest) => !digest.endsWith(`@${Id}`));
  return digests.find((digest) => familiarName(digest) === repository) ?? digests[0];
}

/** The image's names, where the reference is none but its id, or the beginning of that. */
export function tagsOf(
  reference: string,
  { Id, RepoTags }: Pick<Image, 'Id' | 'RepoTags'>,
): readonly string[] | undefined {
  const isId =
    /^(?:sha256:)?[0-9a-f]+$/.test(reference) && Id.startsWith(`sha256:${reference.replace(/^sha256:/, '')}`);
  const isName = RepoTags.some((tag) => familiarName(tag) === reference);
  return isId && !isName ? RepoTags : undefined;
}

function familiarName(reference: string): string {
  const name = reference.replace(/@.*$/, '').replace(/:[\w][\w.-]*$/, '');
  return name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
}
