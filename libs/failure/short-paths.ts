/** An absolute path's folders but the last; not those of a URL, nor what "question/answer" has. */
const FOLDERS = /(?<![\w.:/])\/(?:[^\s/:"']+\/)*(?=[^\s/:"']+\/[^\s/:"'])/g;

/**
 * A text that names the files of this machine by their last two parts alone: a model's file with
 * the model's name.
 */
export function shortPaths(text: string): string {
  return text.replace(FOLDERS, '');
}
