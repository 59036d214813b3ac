import { createReadStream } from 'node:fs'
import { say } from './say.ts'

/** Places told of at most. */
const MOST = 200

export type FindHeader = { readonly matches: readonly { readonly line: number, readonly text: string }[], readonly more: boolean }

if (import.meta.main) {
  const [path = '', charset = 'utf-8', from = '1', words = ''] = process.argv.slice(2)
  say(await findInLines(path, charset, Number(from), words))
  process.exit(0)
}

/** The lines from `from` on that hold the words, whatever their case; runs in a child process, for any size of file. */
export async function findInLines(path: string, charset: string, from: number, words: string): Promise<FindHeader> {
  const decoder = new TextDecoder(charset)
  const wanted = words.toLowerCase()
  const matches: { line: number, text: string }[] = []
  let line = 1
  let rest = ''
  const look = (text: string): boolean => {
    if (line >= from) {
      const at = text.toLowerCase().indexOf(wanted)
      if (at >= 0) matches.push({ line, text: text.slice(Math.max(0, at - 80), at + wanted.length + 160) })
    }
    line += 1
    return matches.length > MOST
  }
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const text = rest + decoder.decode(chunk as Buffer, { stream: true })
    const lines = text.split('\n')
    rest = lines.pop() ?? ''
    // A line without end is looked at piece by piece, so that memory stays flat.
    if (rest.length > 4_000_000) rest = rest.slice(-2_000_000)
    for (const one of lines) if (look(one)) return { matches: matches.slice(0, MOST), more: true }
  }
  if (rest !== '') look(rest)
  return { matches: matches.slice(0, MOST), more: matches.length > MOST }
}
