import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** Source texts by path from the root of the repository: 'server/requests/store.ts'. */
export type Sources = Readonly<Record<string, string>>

const root = new URL('../../', import.meta.url)

/** Every file of these folders whose name ends in one of the endings. */
export function readSources(folders: readonly string[], endings: readonly string[]): Sources {
  const paths = folders.flatMap((folder) => readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`))
  return Object.fromEntries(paths.filter((path) => endings.some((ending) => path.endsWith(ending))).sort()
    .map((path) => [path, readFileSync(new URL(path, root), 'utf8')]))
}

/** What a file imports: paths of the repository for relative imports, package names as they are written. */
export function importsOf(path: string, text: string): string[] {
  const found = [...text.matchAll(/^\s*(?:import|export)\b[^'"`]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm)]
  return found.map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((name) => name.startsWith('.') ? posix.join(posix.dirname(path), name) : name)
}

/** The same text with the content of comments, strings, templates and regular expressions blanked, line by line as before. */
export function withoutTexts(text: string): string {
  const pattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=[(,=:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g
  return text.replace(pattern, (part) => part.replace(/[^\n]/g, ' '))
}

/** Line of the first match of each occurrence, for messages: 'server/a.ts:12'. */
export function places(path: string, text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => `${path}:${text.slice(0, match.index).split('\n').length}`)
}
