type Judged = { readonly kind: string, readonly media_type: string, readonly name: string }

/** Whether a file, as it was judged when it arrived, may be a list that can be read: separated text, JSON lines or a workbook. */
export function mayBeList({ kind, media_type: mediaType, name }: Judged): boolean {
  if (kind === 'csv' || /spreadsheetml/.test(mediaType)) return true
  return kind === 'text' && /\.(csv|tsv|tab|jsonl|ndjson)$/i.test(name)
}
