/** The ILIKE pattern of texts that hold these words as they are typed; `%`, `_` and `\` mean themselves. */
export function containing(words: string): string {
  return `%${words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
}
