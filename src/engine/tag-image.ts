/** Gives an image its tags, all of them or none. */
import type { Connection } from './connect.js';
import { statusOf } from './engine-failure.js';

/** Takes tags back to the images that they named before. */
export type Undo = () => Promise<void>;

/** When one tag cannot be set, those set before it go back to where they were. */
export async function tagImage({ docker }: Connection, id: string, tags: readonly string[]): Promise<Undo> {
  const steps: Undo[] = [];
  const undo = async () => {
    for (const step of steps.splice(0)) await step();
  };
  try {
    for (const tag of tags) {
      const before = await idOf(docker, tag);
      if (before === id) continue;
      await docker.getImage(id).tag(splitTag(tag));
      steps.unshift(() => putBack(docker, tag, id, before));
    }
    return undo;
  } catch (error) {
    // Why a tag could not be set is the news, whatever else fails after it.
    await undo().catch(() => undefined);
    throw error;
  }
}

/** A tag that names another image by now was moved by somebody else, whose it is. */
async function putBack(
  docker: Connection['docker'],
  tag: string,
  id: string,
  before: string | undefined,
): Promise<void> {
  if ((await idOf(docker, tag)) !== id) return;
  const isBack = before !== undefined && (await isFound(docker.getImage(before).tag(splitTag(tag))));
  if (!isBack) await isFound(docker.getImage(tag).remove({ noprune: true }));
}

/** Whether what a request is about was still there. */
async function isFound(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

async function idOf(docker: Connection['docker'], tag: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(tag).inspect()).Id;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** `localhost:5000/shop:1` has a colon in its registry, too. */
export function splitTag(tag: string): { repo: string; tag: string } {
  const colon = tag.lastIndexOf(':');
  if (colon <= tag.lastIndexOf('/')) return { repo: tag, tag: 'latest' };
  return { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) };
}
