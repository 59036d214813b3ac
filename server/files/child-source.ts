import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import type { Socket } from 'node:net'

const preload = `import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
const sources = JSON.parse(readFileSync(3, 'utf8'))
registerHooks({ load: (url, context, next) => Object.hasOwn(sources, url) ? { format: 'module', shortCircuit: true, source: sources[url] } : next(url, context) })`

/** The option for Node with which a child takes the text of its program from descriptor 3, where `handSource` writes it. */
export const takesSource = `--import=data:text/javascript,${encodeURIComponent(preload)}`

/**
 * Hands a child, started with `takesSource` and a pipe as its fourth, the text of its program without types. To take
 * them out itself would cost each child a tenth of a second of processor time.
 */
export function handSource(child: ChildProcess, program: URL): void {
  const pipe = child.stdio[3] as Socket
  // A child that ended before it read its text says so by its exit.
  pipe.on('error', () => {})
  pipe.end(textsOf(program))
  pipe.unref()
}

const kept = new Map<string, string>()

function textsOf(program: URL): string {
  const known = kept.get(program.href) ?? JSON.stringify(Object.fromEntries(gather(program)))
  kept.set(program.href, known)
  return known
}

/** A file of the program and all of the program's that it imports; one that is missed here the child reads itself. */
function gather(file: URL, texts = new Map<string, string>()): Map<string, string> {
  if (texts.has(file.href)) return texts
  const text = stripTypeScriptTypes(readFileSync(file, 'utf8'))
  texts.set(file.href, text)
  for (const [, still, later] of text.matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)) gather(new URL(still ?? later!, file), texts)
  return texts
}
