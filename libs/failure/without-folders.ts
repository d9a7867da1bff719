/** An absolute path's folders; not those of a URL, nor what "question/answer" has. */
const FOLDERS = /(?<![\w.:/])\/(?:[^\s/:"']+\/)+/g;

/** A text that names the files of this machine by their last parts alone. */
export function withoutFolders(text: string): string {
  return text.replace(FOLDERS, '');
}
