/** The build context as a tar archive: the same files give the same bytes. */
import { pack } from 'tar-stream';
import type { ContextFile } from './engine.js';

/** Sorted, owned by root, without times. */
export async function packContext(files: readonly ContextFile[]): Promise<Buffer> {
  const archive = pack();
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const content = Buffer.from(file.content);
    archive.entry(
      { name: file.path, mode: file.mode, mtime: new Date(0), uid: 0, gid: 0, type: 'file' },
      content,
    );
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
